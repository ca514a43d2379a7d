"""Whether the first answer of a target is the API's, and a quotation of what is not."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from contracts.errors import CredentialsRefused, ForeignAnswer, WrongAnswer
from contracts.kernel.redaction import Redaction
from contracts.model import REFUNDS
from contracts.run.plan import Plan
from contracts.targets.content import unread_coding
from contracts.targets.strangers import REDIRECTS, advice_on, is_of_api, is_page, redirected_base
from contracts.targets.target import Reply, Request, Target

HEALTH = "/_mock/health"
_ONE_REFUND = Request("GET", REFUNDS, (("limit", "1"),))
_TRIES = 3
_AWAY = frozenset({502, 503, 504})
_SHOWN = 200


def check_first_answer(plan: Plan, target: Target) -> None:
    """Read one refund, and refuse a target whose answer is not the API's.

    It is read again where the API is away.

    Raises:
        CredentialsRefused: the API refuses the token.
        ForeignAnswer: something else answers.
        TargetError: nothing does.
    """
    reply = target.send(_ONE_REFUND)
    for _ in range(_TRIES - 1):
        if reply.status not in _AWAY:
            break
        reply = target.send(_ONE_REFUND)
    if not is_of_api(reply):
        raise _foreign(plan, _ONE_REFUND, reply)
    if reply.status in _AWAY or reply.status == 429:
        what = f"GET {REFUNDS} answered {reply.status} however often it was sent"
        raise ForeignAnswer(what, advice_on(_base(plan), REFUNDS, reply), reply)
    if reply.status in {401, 403}:
        what = f"GET {REFUNDS} with the token given answered {reply.status}"
        advice = "check --token or CONTRACTS_TOKEN, which may have expired"
        if plan.credentials is None or not plan.credentials.token:
            what = f"GET {REFUNDS} with the token that the API gave answered {reply.status}"
            advice = "may this client read refunds?"
        raise CredentialsRefused(what, advice, reply)


def check_health(plan: Plan, reply: Reply) -> None:
    """Refuse a target that redirects every request, or a proxy that lets none through.

    Args:
        plan: with the target.
        reply: the answer to a GET of HEALTH, which any API may answer as it likes.

    Raises:
        ForeignAnswer: it does.
    """
    if reply.status == 407 or redirected_base(_base(plan), HEALTH, reply) is not None:
        raise _foreign(plan, Request("GET", HEALTH), reply)


def check_without_login(plan: Plan, control: Target) -> None:
    """Refuse a target without credentials where no API would ask for them.

    Raises:
        ForeignAnswer: a page, a redirect or a proxy answers.
    """
    request = Request(_ONE_REFUND.method, _ONE_REFUND.path, _ONE_REFUND.query, authorized=False)
    reply = control.send(request)
    odd = reply.status in REDIRECTS or reply.status in _AWAY or reply.status == 407
    if odd or is_page(reply) or unread_coding(reply) is not None:
        raise _foreign(plan, request, reply)


def _foreign(plan: Plan, request: Request, reply: Reply) -> ForeignAnswer:
    what = f"{request.method} {request.path} answered {reply.status}, not as this API does"
    return ForeignAnswer(what, advice_on(_base(plan), request.path, reply), reply)


def _base(plan: Plan) -> str:
    return plan.target.rstrip("/")


@contextmanager
def quoting(secrets: Collection[str]) -> Iterator[None]:
    """Add to a wrong answer's message what came, without secrets and what may be others'.

    Args:
        secrets: texts to hide, which may grow meanwhile.
    """
    try:
        yield
    except WrongAnswer as error:
        if error.reply is None:
            raise
        redaction = Redaction(secrets, set())
        what, advice = redaction.text(error.what), redaction.text(error.advice)
        quoted = f"{what} ({quotation(error.reply, redaction)})"
        raise type(error)(quoted, advice, None) from error


def quotation(reply: Reply, redaction: Redaction) -> str:
    """Where a redirect leads to, the content type and the start of the body."""
    shown = redaction.reply(reply)
    location = shown.header("location")
    parts = [
        *([] if location is None else [f"location {_printable(location)}"]),
        _printable(shown.header("content-type") or "no content type"),
        _body(shown),
    ]
    return ", ".join(parts)


def _body(reply: Reply) -> str:
    if not reply.body:
        return "no body"
    if unread_coding(reply) is not None:
        return f"{len(reply.body)} bytes"
    return f"'{_printable(reply.body.decode('utf-8', 'replace'))}'"


def _printable(text: str) -> str:
    """The first printable characters of a text, in one line."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())[:_SHOWN]
