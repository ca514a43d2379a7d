"""The requests that are measured over HTTP, and the records a server holds before them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.benchmarks.servers import HOST
from tests.benchmarks.wrk import EPOCH

ROOT = "/api/non-insurance-payer-refunds/v1"
TOKEN_PATH = "/api/auth/v2/token"
EXAMPLE_ID = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"
NOBODY = "00000000-0000-4000-8000-000000000000"
SEEDED = 1000
FIRST_PAGE = "limit=100"
PAYER_PAGE = f"limit=100&non_insurance_payer_id={EXAMPLE_ID}"
EVERY_LIST = (
    FIRST_PAGE,
    PAYER_PAGE,
    "sort=amount_cents",
    "sort_direction=asc",
    "check_number=CHK-0000007",
)
SKIPPED_HEADERS = {"date", "server", "connection", "content-length", "transfer-encoding"}


@dataclass(frozen=True)
class Scenario:
    """One request that is sent over and over; `{id}` in the path is a seeded refund's."""

    key: str
    what: str
    method: str
    path: str
    body: str | None = None
    status: int = 200
    signed_in: bool = True

    @property
    def refused(self) -> bool:
        """Whether the answer that is due is a refusal."""
        return self.status >= 400


@dataclass(frozen=True)
class Answer:
    """An answer as it was received: the status, the headers that matter, and the bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def refund_body(
    amounts: tuple[int, int], amount_cents: object, targets: tuple[str, str], **more: str
) -> dict[str, object]:
    """A create body of the vendor page's shape: one payer, two service lines."""
    return {
        "non_insurance_payer_id": EXAMPLE_ID,
        "amount_cents": amount_cents,
        "allocations": [
            {"amount_cents": cents, "target": {"type": "service_line_by_id", "value": target}}
            for cents, target in zip(amounts, targets, strict=True)
        ],
        **more,
    }


def scenarios(second_line: str) -> tuple[Scenario, ...]:
    """Every request measured; `second_line` is a service line besides the page's own."""
    lines, page = (EXAMPLE_ID, second_line), (EXAMPLE_ID, EXAMPLE_ID)
    clean = json.dumps(refund_body((1, 1), 2, lines))
    verbatim = json.dumps(refund_body((1, 1), 1, page))
    wrong_type = json.dumps(refund_body((1, 1), "two", lines))
    zero = json.dumps(refund_body((1, 1), 0, lines))
    return (
        Scenario("get", "GET one", "GET", f"{ROOT}/{{id}}"),
        Scenario("page", "GET page of 100", "GET", f"{ROOT}?limit=100"),
        Scenario("create", "POST create, two allocations", "POST", ROOT, clean),
        Scenario("verbatim", "POST create, the vendor's example", "POST", ROOT, verbatim),
        Scenario("wrong_type", "refused POST, wrong type", "POST", ROOT, wrong_type, 422),
        Scenario("zero", "refused POST, amount 0", "POST", ROOT, zero, 422),
        Scenario("missing", "GET of no refund", "GET", f"{ROOT}/{NOBODY}", status=404),
        Scenario("stranger", "GET without a token", "GET", ROOT, status=401, signed_in=False),
        Scenario("method", "PUT, which no path has", "PUT", ROOT, clean, 405),
    )


def nth_refund(n: int, second_line: str) -> dict[str, object]:
    """The n-th refund to store: the vendor page's body, and all that a list sorts or filters by."""
    instant = datetime.fromtimestamp(EPOCH + n, UTC)
    return refund_body(
        (n + 1, n + 2),
        2 * n + 3,
        (EXAMPLE_ID, second_line),
        refund_timestamp=instant.isoformat().replace("+00:00", "Z"),
        check_number=f"CHK-{n:07d}",
    )


class Client:
    """One kept connection to a server under measurement, for what is not measured."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.token = token

    def send(self, method: str, path: str, body: object = None, signed_in: bool = True) -> Answer:
        """Send one request, with a JSON body when there is one."""
        headers = {"Content-Type": "application/json"}
        if signed_in:
            headers["Authorization"] = f"Bearer {self.token}"
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        self._connection.request(method, path, body=text, headers=headers)
        answer = self._connection.getresponse()
        kept = (pair for pair in answer.getheaders() if pair[0].lower() not in SKIPPED_HEADERS)
        return Answer(answer.status, tuple(kept), answer.read())

    def ask(self, method: str, path: str, body: object = None) -> Mapping[str, object]:
        """Send one request and read its JSON answer; anything but 200 ends the bench."""
        answer = self.send(method, path, body)
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {answer.body[:500]!r}")
        found: Mapping[str, object] = json.loads(answer.body)
        return found

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def sign_in(port: int, name: str) -> str:
    """A token as an SDK gets it, for a world of its own."""
    client = Client(port, "none")
    try:
        found = client.ask("POST", TOKEN_PATH, {"client_id": name, "client_secret": "secret"})
    finally:
        client.close()
    return str(found["access_token"])


def second_line_of(refunds: object) -> str:
    """A service line, besides the vendor page's example, that some refund on a page points at."""
    text = json.dumps(refunds)
    marker = '"service_line_id": "'
    lines = {part[:36] for part in text.split(marker)[1:]} - {EXAMPLE_ID}
    if not lines:
        raise RuntimeError("no refund of the default fixture points at a second service line")
    return min(lines)


def seed(client: Client, second_line: str, count: int = SEEDED) -> str:
    """Store refunds one by one, and give the id of the middle one."""
    ids = [
        str(client.ask("POST", ROOT, nth_refund(n, second_line))["non_insurance_payer_refund_id"])
        for n in range(count)
    ]
    return ids[count // 2]
