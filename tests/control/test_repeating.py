"""The same script of requests after a reset, or to another stand-in: the same bytes."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from mockserver import Settings, create_app
from tests.control.refunds import PATH, refund_of
from tests.serving import in_process

BASE = f"/_mock/w/mine{PATH}"
ID = "non_insurance_payer_refund_id"
Sent = tuple[int, list[tuple[str, str]], bytes]


def script(client: httpx.Client) -> Iterator[Sent]:
    """Requests of every kind, some refused and some warned of; the answers as they were sent."""
    note = {"refund_note": {"type": "set", "value": "again"}}
    earmarked = {
        "amount_cents": 3,
        "target": {"type": "unattributed"},
        "earmark": {"type": "external_encounter_id", "value": "later"},
    }
    first = client.post(BASE, json=refund_of(3, allocations=[earmarked]))
    second = client.post(BASE, json=refund_of(2, check_number="7", surprise=True))
    one, two = (f"{BASE}/{answer.json()[ID]}" for answer in (first, second))
    page = client.get(BASE, params={"limit": 5})
    answers = [
        first,
        second,
        page,
        client.get(BASE, params={"limit": 5, "page_token": page.json()["next_page_token"]}),
        client.post(BASE, json=refund_of(0)),
        client.post(BASE, content=b"{"),
        client.patch(one, json=note),
        client.patch(two),
        client.get(BASE, params={"check_number": "7"}),
        client.delete(two),
        client.delete(two),
        client.post(BASE, json=refund_of()),
        client.get(BASE, params={"limit": 999}),
        client.put(BASE),
        client.get("/_mock/worlds/mine"),
        client.get("/_mock/worlds/mine/export"),
    ]
    for answer in answers:
        yield answer.status_code, answer.headers.multi_items(), answer.content


def test_script_after_a_reset_is_answered_with_the_same_bytes(client: httpx.Client) -> None:
    """A reset takes back ids, page tokens and clock: each answer is the same as the first time."""
    client.post("/_mock/worlds", json={"name": "mine"})
    first = list(script(client))
    assert client.post("/_mock/worlds/mine/reset").status_code == 200
    assert list(script(client)) == first
    statuses = {status for status, _, _ in first}
    assert statuses == {200, 404, 405, 422}


def test_script_without_a_reset_is_answered_otherwise(client: httpx.Client) -> None:
    """Without the reset the second run is not the first one again: the script can tell."""
    assert list(script(client)) != list(script(client))


def test_script_is_answered_alike_by_another_stand_in(client: httpx.Client) -> None:
    """Another stand-in with the same settings answers the same bytes, but not with another seed."""
    first = list(script(client))
    with in_process(create_app(Settings(clock="frozen"))) as other:
        assert list(script(other)) == first
    with in_process(create_app(Settings(clock="frozen", random_seed=1))) as other:
        assert list(script(other)) != first


def test_other_worlds_do_not_disturb_the_script(client: httpx.Client) -> None:
    """What happens in other worlds has no part in a world's answers."""
    first = list(script(client))
    client.post("/_mock/worlds/mine/reset")
    client.post(PATH, json=refund_of())
    client.post(f"/_mock/w/other{PATH}", json=refund_of())
    assert list(script(client)) == first


def test_clock_that_stands_still_is_in_the_answers(client: httpx.Client) -> None:
    """A frozen clock stands at the fixture's `now`, and a given instant stands instead of it."""
    [allocation] = client.post(BASE, json=refund_of()).json()["allocations"]
    assert allocation["allocated_on"] == "2024-01-15T09:30:00Z"
    with in_process(create_app(Settings(clock="2030-05-06T07:08:09.5+02:00"))) as other:
        [allocation] = other.post(BASE, json=refund_of()).json()["allocations"]
    assert allocation["allocated_on"] == "2030-05-06T05:08:09.5Z"
