"""The ways to put the laws to a target, one module each; what the laws say lies elsewhere."""
