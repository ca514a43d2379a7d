"""Trials of the judge against an account behind a network that fails and lies."""
