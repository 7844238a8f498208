"""What goes over the wire, by what it is about."""
