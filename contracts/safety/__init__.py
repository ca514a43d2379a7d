"""What keeps a run from harming an account with data: all of it layers round a target's send."""

from contracts.safety.errors import (
    HostRefused,
    LedgerError,
    SafetyError,
    TooManyServerErrors,
    WriteVetoed,
)
from contracts.safety.hosts import check_host, is_genuine, is_loopback
from contracts.safety.ledger import Ledger
from contracts.safety.limits import Budget, Deadline, ErrorStop, NoAnswer
from contracts.safety.ownership import Ownership
from contracts.safety.pace import BackOff, Pace
from contracts.safety.redaction import Redaction
from contracts.safety.sweeping import Swept, sweep
from contracts.safety.tiers import read_only

__all__ = [
    "BackOff",
    "Budget",
    "Deadline",
    "ErrorStop",
    "HostRefused",
    "Ledger",
    "LedgerError",
    "NoAnswer",
    "Ownership",
    "Pace",
    "Redaction",
    "SafetyError",
    "Swept",
    "TooManyServerErrors",
    "WriteVetoed",
    "check_host",
    "is_genuine",
    "is_loopback",
    "read_only",
    "sweep",
]
