"""The terms under which defects are looked for, and targets on flawed servers; no judging."""

from collections.abc import Mapping
from contextlib import nullcontext
from functools import cache
from typing import Any

from contracts.kernel.session import Worlds
from contracts.kernel.terms import Terms
from contracts.model.organization import organization_from
from contracts.model.rules import profile
from contracts.targets.app import App, AppTarget
from tests.contracts.organization import DOCUMENT, payer, refund, uuid
from tests.defects.defect import Defect
from tests.defects.server import Flawed
from tests.reference_server import ReferenceServer

EXAMPLE = "d5e9c84f-c2b2-4bf4-b4b0-7ffd7a9ffc32"
"""The one id of the vendor's own page, where it stands for a payer and for a service line."""

_LINE = {"claim_id": uuid(0xC, 99), "service_lines": [{"service_line_id": EXAMPLE}]}
_PAGE: Mapping[str, Any] = {
    **DOCUMENT,
    "non_insurance_payers": [
        *DOCUMENT["non_insurance_payers"],
        payer(4, paid_cents=2_000_000),
        payer(5, non_insurance_payer_id=EXAMPLE),
    ],
    "encounters": [
        *DOCUMENT["encounters"],
        {"encounter_id": uuid(0xE, 9), "encounter_external_id": "enc-9", "claims": [_LINE]},
    ],
}
SETTINGS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "default": ("default", _PAGE),
    "strict": ("strict", _PAGE),
    "seeded": ("default", {**_PAGE, "refunds": [refund(number) for number in range(1, 6)]}),
    "no earmarks": ("default", {**_PAGE, "settings": {"earmarking": False}}),
}
"""By name: the profile, and the document of the organization."""


@cache
def terms_of(setting: str) -> Terms:
    """The terms of a setting."""
    name, document = SETTINGS[setting]
    return Terms(organization_from(document), rules=profile(name), auth="issued")


def server_of(defect: Defect | None, terms: Terms) -> ReferenceServer:
    """A fresh server with this defect, or a correct one."""
    if defect is None:
        return ReferenceServer(terms.organization, terms.rules)
    return Flawed(defect, terms.organization, terms.rules)


def worlds_of(app: App) -> Worlds:
    """Fresh worlds of one server."""
    return lambda name: nullcontext(AppTarget(app, name))
