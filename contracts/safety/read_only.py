"""The read-only tier: no write can leave, whatever a law or a driver asks for."""

from contracts.errors import WriteVetoed
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Reply, Request, Send

HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing, in the only spelling of them that is let through."""


def read_only(request: Request, send: Send) -> Reply:
    """Send what changes nothing, and the token call; raise WriteVetoed for all else."""
    if request.method in HARMLESS or is_token_call(request):
        return send(request)
    raise WriteVetoed(
        f"{request.method} {request.path} was not sent, as the tier is read-only; "
        "--tier scoped lets the suite change what it made itself"
    )


def is_token_call(request: Request) -> bool:
    """Whether a request is the one write that makes nothing."""
    return request.method == "POST" and request.path == TOKEN_PATH
