"""Why the suite would not send something, one named error each; what is sent lies elsewhere."""

from contracts.law import Blocked


class SafetyError(Exception):
    """The run may not begin or go on as asked; the message says what to do about it."""


class HostRefused(SafetyError):
    """The host is not one that the suite may talk to without being told to."""


class LedgerError(SafetyError):
    """A ledger cannot be read or written."""


class TooManyServerErrors(SafetyError):
    """The server failed so often in a row that going on would do harm."""


class WriteVetoed(Blocked):
    """The transport refused to send a write; the law that wanted it stays undecided."""
