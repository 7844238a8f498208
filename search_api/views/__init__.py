"""What pages show, made from the nouns of the core and the words of the reader."""
