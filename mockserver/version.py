"""The version of the stand-in, in one place."""

__version__ = "0.1.0"
