"""Servers that each break one promise, in twelve classes; looking for them lies in `judge`."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tests.defects import (
    aims,
    auth,
    delete,
    echo,
    envelope,
    filters,
    order,
    page_tokens,
    paging,
    parsing,
    patch,
    reading,
    seeded,
    side_effect,
    sizes,
    status,
    strangers,
    sums,
    writing,
)
from tests.defects.defect import Defect

CLASSES: Mapping[str, tuple[Defect, ...]] = MappingProxyType(
    {
        "echo": (*echo.DEFECTS, *sizes.ECHO, *seeded.ECHO),
        "sum": (*sums.DEFECTS, *aims.DEFECTS, *sizes.SUM),
        "patch": (*patch.DEFECTS, *seeded.PATCH),
        "delete": (*delete.DEFECTS, *seeded.DELETE),
        "filter": (*filters.DEFECTS, *sizes.FILTER),
        "order": order.DEFECTS,
        "paging": (*paging.DEFECTS, *page_tokens.DEFECTS),
        "auth": auth.DEFECTS,
        "envelope": (*envelope.DEFECTS, *writing.DEFECTS),
        "status": (*status.DEFECTS, *seeded.STATUS),
        "side effect": (*side_effect.DEFECTS, *strangers.DEFECTS),
        "parsing": (*parsing.DEFECTS, *reading.DEFECTS, *sizes.PARSING),
    }
)
ALL: tuple[Defect, ...] = tuple(
    replace(defect, kind=kind) for kind, defects in CLASSES.items() for defect in defects
)
"""Every defect, class by class."""

BY_ID: Mapping[str, Defect] = MappingProxyType({defect.id: defect for defect in ALL})
"""The same by id."""

__all__ = ["ALL", "BY_ID", "CLASSES", "Defect"]
