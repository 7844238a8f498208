"""The service: a JSON API and pages over one knowledge base."""
