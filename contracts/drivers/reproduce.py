"""Build short candidate reproductions of one exchange, shortest first. Sends nothing."""

from collections.abc import Iterator, Sequence

from contracts.kernel.exchange import Exchange
from contracts.kernel.steps import Step
from contracts.model import ID
from contracts.targets.target import Request

MOST_CHANGES = 30


def candidates(
    exchange: Exchange, before: Sequence[Exchange], bearer: str
) -> Iterator[tuple[Step, ...]]:
    """Sequences that end with an exchange's request, the shortest first.

    The first begins with the requests that changed its refund, from the create on; the second with
    the last 30 requests that changed any refund.
    `before` is what the session sent earlier. The target's token is left out, as the target adds it
    itself.
    """
    changes = [one for one in before if one.status < 300 and one.prediction.operation in _CHANGES]
    subject = _about(exchange)
    about = [one for one in changes if subject and subject in (_made(one), _about(one))]
    for shown in (about, changes[-MOST_CHANGES:]):
        labels = {_made(one): f"r{at}" for at, one in enumerate(shown, 1) if _made(one)}
        yield tuple(_step(one, labels, bearer) for one in (*shown, exchange))


_CHANGES = {"create", "update", "delete"}


def _made(exchange: Exchange) -> str:
    """The id of the refund that an exchange created, or nothing."""
    answer = exchange.answer if exchange.prediction.operation == "create" else None
    return str(answer.get(ID, "")).lower() if isinstance(answer, dict) else ""


def _about(exchange: Exchange) -> str:
    return (exchange.prediction.target or "").lower()


def _step(exchange: Exchange, labels: dict[str, str], bearer: str) -> Step:
    request = exchange.request
    step: dict[str, object] = {"do": "send", "method": request.method, **_rest(request, bearer)}
    if _made(exchange) in labels:
        return {**step, "do": "create", "as": labels[_made(exchange)]}
    if _about(exchange) in labels:
        return {**step, "ref": labels[_about(exchange)]}
    return {**step, "path": request.path}


def _rest(request: Request, bearer: str) -> dict[str, object]:
    own = request.header("authorization")
    headers = [
        list(pair)
        for pair in request.headers
        if pair[0].lower() != "authorization" and bearer not in pair[1]
    ]
    foreign_token = not request.authorized and (own is None or bearer not in own)
    return {
        "query": request.query_text,
        "headers": headers,
        **({"raw": request.body.decode("latin-1")} if request.body is not None else {}),
        **({"auth": own} if foreign_token else {}),
    }
