"""How good the answers to the project's own judged queries are."""
