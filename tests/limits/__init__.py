"""Measures what the largest inputs cost a served stand-in: `python -m tests.limits`."""
