"""Every exception but a broken law: no answer came, a request was not sent, input is not usable."""

from typing import Any


class SendError(Exception):
    """A request was not sent, or got no usable answer."""


class TargetError(SendError):
    """The target gave no usable HTTP answer; the message says where it points and what to do."""


class TargetUnreachable(TargetError):
    """No connection: name unknown, port closed, TLS refused, or the connection was cut."""


class TargetHungUp(TargetUnreachable):
    """The connection stood, and was ended without an answer."""


class TargetDropped(TargetHungUp):
    """A connection that was used before was ended without a byte of an answer."""


class TargetTimeout(TargetError):
    """The connection stands, but the answer did not come within the time allowed."""


class TargetGarbage(TargetError):
    """Something answered, but not in HTTP."""


class TargetCrashed(TargetError):
    """The app in this process raised instead of answering; the cause is attached."""


class WrongAnswer(TargetError):
    """Something answered that is not the API; `reply` is what came.

    The message leaves the body out, as it may hold secrets; `contracts.run.first_answer` quotes it.

    Args:
        what: the request, and how it was answered.
        advice: what to do.
        reply: a `contracts.targets.target.Reply`, or None once it is quoted.
    """

    def __init__(self, what: str, advice: str, reply: Any) -> None:
        super().__init__(f"{what}; {advice}")
        self.what, self.advice, self.reply = what, advice, reply


class ProxyRefused(WrongAnswer, TargetUnreachable):
    """The proxy does not lead to the server."""


class CredentialsRefused(WrongAnswer):
    """The token call gave no token, or the API refuses the token given."""


class ForeignAnswer(WrongAnswer):
    """Something else than this API answers: a redirect, a page, a gateway, a proxy."""


class WorldFileError(Exception):
    """A world file cannot be read; the message names the file, the path in it and the value."""


class PlanError(Exception):
    """The run cannot begin as asked; the message says what to change."""


class KnownFailuresError(Exception):
    """The file cannot be used; the message names the file, the entry and what is wrong."""


class Blocked(Exception):
    """A script could not be set up, so its law is undecided; the message says what is missing."""


class Interference(Blocked):
    """A gateway, a quota, a redirect, a refused token or a lost connection, and no answer."""


class Interrupted(KeyboardInterrupt):
    """A signal ended the run, and not all it made is deleted; the message says what is left."""


class BudgetSpent(SendError):
    """The session may send no further request."""


class ShareSpent(BudgetSpent):
    """A driver's share of the requests is used up; the run has more."""


class SafetyError(SendError):
    """The run may not begin or go on as asked; the message says what to do about it."""


class HostRefused(SafetyError):
    """The host is not one that the suite may talk to without being told to."""


class LedgerError(SafetyError):
    """A ledger cannot be read or written."""


class CanaryFailed(SafetyError):
    """The first refund of a run on a shared account did not live and die as it should."""


class DeletesFail(SafetyError):
    """Deletes of what the run made fail, so it makes no more."""


class TooManyServerErrors(SafetyError):
    """The server failed so often in a row that going on would do harm."""


class WriteVetoed(Blocked):
    """The transport refused to send a write; the law that wanted it stays undecided."""
