"""The command line: the one package that imports every face."""
