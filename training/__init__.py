"""How the packaged encoder came to be: scripts that are run by hand, never by the service."""
