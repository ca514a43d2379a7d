"""Puts ids that exist where a generated request has random ones; nothing else is changed.

Random ids are answered by 404 before anything else is looked at, so a create would never get past
its payer, and a body that is wrong in one way would be refused for another.
"""

from collections.abc import Iterable
from typing import Any

from contracts.model.organization import Organization, allocation_targets
from contracts.model.values import uuid_or_none

KEPT_ONE_IN = 8
"""One id in so many stays as it was, so that unknown ids are tried as well."""


class KnownIds:
    """Replaces well-formed ids in bodies and queries by ids of an organization.

    The id that was there decides which one it becomes, so a seed repeats itself.
    """

    def __init__(self, organization: Organization) -> None:
        self._payers = organization.enabled_payers() or sorted(organization.payers)
        self._invoices = sorted(organization.invoices)
        self._targets: dict[str, list[dict[str, str]]] = {}
        for target in allocation_targets(organization):
            self._targets.setdefault(target["type"], []).append(target)

    def in_fields(self, fields: Any) -> Any:
        """A body or a query with its payer, invoice and targets replaced."""
        if not isinstance(fields, dict):
            return fields
        fields = dict(fields)
        known = {"non_insurance_payer_id": self._payers, "invoice_id": self._invoices}
        for name in known.keys() & fields.keys():
            fields[name] = self._in_value(fields[name], known[name])
        if isinstance(fields.get("allocations"), list):
            fields["allocations"] = [self._in_part(part) for part in fields["allocations"]]
        return fields

    def _in_value(self, value: Any, known: list[str]) -> Any:
        if isinstance(value, dict) and value.get("type") == "set" and "value" in value:
            return {**value, "value": self._in_value(value["value"], known)}
        return _swapped(value, known) if uuid_or_none(value) else value

    def _in_part(self, part: Any) -> Any:
        target = part.get("target") if isinstance(part, dict) else None
        kind = target.get("type") if isinstance(target, dict) else None
        known = self._targets.get(kind) if isinstance(kind, str) else None
        if not known or not isinstance(target, dict):
            return part
        if not all(_well_formed(target.get(key), like) for key, like in known[0].items()):
            return part
        chosen = _swapped(repr(target), known)
        return part if isinstance(chosen, str) else {**part, "target": {**target, **chosen}}


def _swapped(value: Any, known: Iterable[Any]) -> Any:
    choices = list(known)
    number = sum(str(value).encode())
    return value if not choices or number % KEPT_ONE_IN == 0 else choices[number % len(choices)]


def _well_formed(value: Any, like: str) -> bool:
    return isinstance(value, str) and (uuid_or_none(like) is None or bool(uuid_or_none(value)))
