"""Writes the stand-in's own answers down for the servers that only play answers back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.scenarios import Answer, Scenario

Answers = Mapping[str, tuple[Scenario, str, Answer]]


def bare_path(key: str, path: str) -> str:
    """Where the bare app answers a scenario: the vendor's path behind the scenario's key."""
    return f"/{key}{path}"


def bare(answers: Answers, folder: Path) -> Path:
    """The bare app's file: request path to status, headers and body."""
    entries = {
        bare_path(key, path).partition("?")[0]: {
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body.decode(),
        }
        for key, (_, path, answer) in answers.items()
    }
    return _written(folder / "bare.json", entries)


def wiremock(answers: Answers, folder: Path) -> Path:
    """A root folder for WireMock with one static stub a scenario."""
    mappings = folder / "wiremock" / "mappings"
    mappings.mkdir(parents=True)
    for key, (scenario, path, answer) in answers.items():
        stub = {
            "request": {"method": scenario.method, "urlPath": path.partition("?")[0]},
            "response": {
                "status": answer.status,
                "headers": dict(answer.headers),
                "body": answer.body.decode(),
            },
        }
        _written(mappings / f"{key}.json", stub)
    return mappings.parent


def mockoon(answers: Answers, folder: Path) -> Path:
    """A Mockoon environment with one static route a scenario."""
    routes = [
        {
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
            "type": "http",
            "documentation": "",
            "method": scenario.method.lower(),
            "endpoint": path.partition("?")[0].lstrip("/"),
            "responses": [_mockoon_response(key, answer)],
            "responseMode": None,
        }
        for key, (scenario, path, answer) in answers.items()
    ]
    environment = {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, "bench")),
        "lastMigration": 33,
        "name": "bench",
        "port": 0,
        "hostname": "127.0.0.1",
        "routes": routes,
        "rootChildren": [{"type": "route", "uuid": route["uuid"]} for route in routes],
    }
    return _written(folder / "mockoon.json", environment)


def _mockoon_response(key: str, answer: Answer) -> dict[str, object]:
    return {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_DNS, key)),
        "label": "",
        "statusCode": answer.status,
        "headers": [{"key": name, "value": text} for name, text in answer.headers],
        "bodyType": "INLINE",
        "body": answer.body.decode(),
        "disableTemplating": True,
        "default": True,
        "latency": 0,
        "rules": [],
        "rulesOperator": "OR",
    }


def _written(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path
