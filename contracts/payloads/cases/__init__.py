"""The payloads, one module a kind of case."""
