"""The command line, called as the tests of the command line call it."""

from tests.contracts.cli.conftest import call

__all__ = ["call"]
