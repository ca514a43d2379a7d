"""The rules and settings of a world, changed while it runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.control.refunds import refund_of
from tests.steering.world import HERE, PATH, Steered

SETTINGS = f"{HERE}/settings"


def change(steered: Steered, **document: Any) -> dict[str, Any]:
    """The settings of the default world, once they are changed."""
    answer = steered.client.post(SETTINGS, json=document)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_settings_hold_until_a_reset(steered: Steered) -> None:
    """A profile and single levels count from the next request on; a reset restores them."""
    before = steered.client.get(SETTINGS).json()
    assert before["rules"]["amount-positive"] == "enforce"
    assert steered.create(-1).status_code == 422
    changed = change(steered, profile="lenient", rules={"allocation-sum": "warn"})
    assert (changed["profile"], changed["rules"]["allocation-sum"]) == ("lenient", "warn")
    assert steered.create(-1).status_code == 200
    more = change(steered, rules={"body-json": "warn"})
    assert more == {**changed, "rules": {**changed["rules"], "body-json": "warn"}}
    assert steered.client.get(HERE).json()["profile"] == "lenient"
    steered.client.post(f"{HERE}/reset")
    assert steered.client.get(SETTINGS).json() == before


def test_earmarking_is_switched(steered: Steered) -> None:
    """Without earmarking an earmark is refused; the export says so."""
    body = refund_of()
    body["allocations"][0]["earmark"] = {"type": "date_of_service", "value": "2024-01-31"}
    assert change(steered, earmarking=False)["earmarking"] is False
    answer = steered.client.post(PATH, json=body)
    assert "earmark-enabled" in answer.headers["mock-refusal"]
    export = steered.client.get(f"{HERE}/export").json()
    assert export["settings"]["earmarking"] is False
    assert change(steered, earmarking=True)["earmarking"] is True


def test_other_worlds_keep_theirs(steered: Steered) -> None:
    """A change of one world, made by the change, is none of another."""
    steered.client.post("/_mock/worlds/mine/settings", json={"profile": "strict"})
    assert steered.client.get("/_mock/worlds/mine").json()["profile"] == "strict"
    assert steered.client.get(SETTINGS).json()["profile"] == "default"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"profile": "strickt"}, "use one of default, strict, lenient"),
        ({"profile": 1}, "expected one like"),
        ({"rules": {"amount-positiv": "off"}}, "did you mean amount-positive?"),
        ({"rules": {"amount-positive": "on"}}, "is not enforce, warn or off"),
        ({"rules": []}, "expected one like"),
        ({"earmarking": "yes"}, "expected true or false"),
        ({"profil": "strict"}, "expected an object like"),
    ],
)
def test_what_is_no_setting_is_told(steered: Steered, document: Any, told: str) -> None:
    """A setting that is none is a 422, and nothing is changed."""
    answer = steered.client.post(SETTINGS, json={"rules": {"limit-range": "off"}, **document})
    assert answer.status_code == 422
    assert told in answer.json()["error"]
    assert steered.client.get(SETTINGS).json()["rules"]["limit-range"] == "enforce"
