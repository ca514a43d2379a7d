"""Requests drawn from a seed or by Hypothesis, and the values they are drawn from."""
