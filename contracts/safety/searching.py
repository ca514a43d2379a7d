"""Finds refunds by the random mark of their create, in lists alone; nothing is changed."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from contracts.errors import TargetError
from contracts.model import ID, REFUNDS
from contracts.safety.ledger import Intent
from contracts.target import Pairs, Reply, Request, Send

Json = dict[str, Any]
PAYER = "non_insurance_payer_id"
_MOST_PAGES = 1_000


class NoFilter(TargetError):
    """A list that does not keep to its filter."""


class Search:
    """Looks for what intents made.

    A list that holds others than asked for is no place to look in, and may have no end; so it is
    asked once.

    Args:
        send: the target.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._broken: dict[str, NoFilter] = {}

    def ids(self, intent: Intent) -> list[str]:
        """The ids of all refunds that are beyond doubt what an intent made.

        Raises:
            TargetError: no list shows whether there are any.
        """
        if intent.body is None:
            raise NoFilter("what was sent is no JSON, so nobody knows which list would hold it")
        name = "check_number" if _by_number(intent) else PAYER
        if name in self._broken:
            raise self._broken[name]
        try:
            return [row[ID] for row in self._rows(intent, name) if _is_of(row, intent)]
        except NoFilter as error:
            self._broken[name] = error
            raise

    def _rows(self, intent: Intent, name: str) -> Iterator[Json]:
        wanted = str((intent.body or {}).get(name))
        query: Pairs = ((name, wanted), ("limit", "999"))
        token: Any = ""
        used: set[str] = set()
        for _ in range(_MOST_PAGES):
            pairs = (*query, ("page_token", token)) if token else query
            page = _page(self._send(Request("GET", REFUNDS, query=pairs)))
            for row in page["items"]:
                if _named(row, name).lower() != wanted.lower():
                    raise NoFilter(f"a list by {name} held a refund with another")
                yield row
            token = page.get("next_page_token")
            if not isinstance(token, str) or token in used or not page["items"]:
                return
            used.add(token)


def _by_number(intent: Intent) -> bool:
    return (intent.body or {}).get("check_number") == intent.marker


def _named(row: Any, name: str) -> str:
    holder = row.get("non_insurance_payer") if name == PAYER and isinstance(row, dict) else row
    return str(holder.get(name)) if isinstance(holder, dict) else ""


def _page(reply: Reply) -> Json:
    answer = reply.json_or_none()
    if reply.status == 422:
        return {"items": []}
    if reply.status != 200 or not isinstance(answer, dict):
        raise TargetError(f"a list answered {reply.status}")
    if not isinstance(answer.get("items"), list):
        raise TargetError("a list answered without items")
    return answer


def _is_of(row: Json, intent: Intent) -> bool:
    """Whether a refund shows the mark and the amount of an intent, and has a uuid."""
    carrier = "check_number" if _by_number(intent) else "refund_note"
    same_amount = row.get("amount_cents") == (intent.body or {}).get("amount_cents")
    return row.get(carrier) == intent.marker and same_amount and _has_uuid(row)


def _has_uuid(row: Json) -> bool:
    try:
        return str(UUID(str(row.get(ID)))) == str(row.get(ID)).lower()
    except ValueError:
        return False
