"""The shapes that requests are read by and the schemas of the published document agree."""

from __future__ import annotations

from typing import Literal, get_args, get_origin

import pytest

from mockserver.wire import requests
from mockserver.wire.requests import HastyCreate, Shape
from tests.spec.document import SCHEMAS, JsonObject, resolved
from tests.wire.shapes import PAIRS, SCALARS, annotation, tag, without_null


def test_every_shape_has_its_schema() -> None:
    """Each shape of the wire is reached from a body, but for the base and the hasty one."""
    shapes = {
        found
        for found in vars(requests).values()
        if isinstance(found, type)
        and issubclass(found, Shape)
        and found not in {Shape, HastyCreate}
    }
    assert {model for model, _schema in PAIRS} == shapes


@pytest.mark.parametrize(("model", "schema"), PAIRS)
def test_a_shape_has_the_fields_of_its_schema(model: type[Shape], schema: JsonObject) -> None:
    """A shape and its schema have the same fields, and ask for the same ones."""
    assert model.model_fields.keys() == schema["properties"].keys()
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert required == set(schema.get("required", ()))


@pytest.mark.parametrize(("model", "schema"), PAIRS)
def test_fields_are_of_the_schemas_types(model: type[Shape], schema: JsonObject) -> None:
    """Each scalar is of the schema's type and format, and each enum has the schema's members."""
    for name, field in model.model_fields.items():
        kind = annotation(field)
        found, nullable = without_null(schema["properties"][name])
        assert nullable == (not field.is_required()), name
        if get_origin(kind) is Literal:
            enum = [value for value in found.get("enum", [found.get("const")]) if value is not None]
            assert list(get_args(kind)) == enum, name
        elif kind in SCALARS:
            expected = SCALARS[kind]
            assert {key: found.get(key) for key in expected} == expected, name
            assert ("format" in found) == ("format" in expected), name


@pytest.mark.parametrize("name", ["AllocationTargetCreate", "AllocationEarmarkType", "NoteUpdate",
                                  "RefundReasonUpdate", "InvoiceUpdate"])  # fmt: skip
def test_unions_have_the_schemas_members(name: str) -> None:
    """Each kind that the document maps is a shape that is reached, and there are no others."""
    mapping = SCHEMAS[name]["discriminator"]["mapping"]
    schemas = [resolved({"$ref": reference}) for reference in mapping.values()]
    reached = [tag(model) for model, schema in PAIRS if any(schema is found for found in schemas)]
    assert sorted(set(reached)) == sorted(mapping)
