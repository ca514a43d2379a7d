"""Records as a Postman collection (v2.1), with tests made from the expectations."""

import json
from collections.abc import Sequence
from typing import Any

from contracts.model import REFUNDS
from contracts.payloads.formats import effect_of, first_reason, is_utf8, part, profile_of
from contracts.payloads.record import Record, Sent, Step
from contracts.safety.hosts import PRODUCTION
from mockserver.spec.facts import LOCAL_URL

Json = dict[str, Any]
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_ABOUT = (
    "Requests that probe the API's edges, each with tests of the answer it should get under the "
    "profile {profile}. A token is asked for with client_id and client_secret, unless the variable "
    "token is set. The last folder deletes what was created."
)


def cannot(record: Record) -> str | None:
    """Why a collection cannot hold a record, or None."""
    sent = record.request
    return first_reason(
        {
            "Postman sets the length of a body itself": sent.framing != "length",
            "the body is not UTF-8, and Postman's bodies are text": not is_utf8(sent.body or b""),
            "Postman takes comments out of bodies": record.id.endswith(_COMMENTS),
            "Postman leaves out a header without a value": not all(v for _, v in sent.headers),
            "Postman sends no body where it is empty": sent.body == b"",
        }
    )


_COMMENTS = ("wire.comment", "wire.line-comment")


def render(records: Sequence[Record]) -> str:
    """The collection: what only reads, what may write, and the clean-up, each a folder."""
    safe = [record for record in records if record.is_safe]
    others = [record for record in records if not record.is_safe]
    parts = {"safe: only reads": safe, "may write": others}
    collection = {
        "info": {
            "name": "Refunds API: edge cases",
            "description": _ABOUT.format(profile=profile_of(records)),
            "schema": _SCHEMA,
        },
        "auth": {"type": "bearer", "bearer": [_BEARER]},
        "event": [_script("prerequest", "prepare.js"), _script("test", "made.js")],
        "variable": [{"key": key, "value": value} for key, value in _VARIABLES.items()],
        "item": [
            *({"name": name, "item": _folders(some)} for name, some in parts.items() if some),
            _clean_up(),
        ],
    }
    return json.dumps(collection, indent=1) + "\n"


_BEARER = {"key": "token", "value": "{{token}}", "type": "string"}
_VARIABLES = {
    "base_url": LOCAL_URL,
    "client_id": "",
    "client_secret": "any-secret",
    "token": "",
    "run": "",
    "production": "no",
    "made": "[]",
    "doubtful": "[]",
}


def _item(record: Record) -> Json:
    answers = [
        {"status": answer.status, "body": answer.body, "rule": answer.rule}
        for answer in record.answers
        if answer.status is not None
    ]
    lines = [
        f"const answers = {json.dumps(answers)};",
        'eval(pm.collectionVariables.get("judge"))(answers);',
    ]
    bends = ", ".join(site.pointer or "the whole" for site in record.bends)
    told = (
        f"{record.why}.\n\n{effect_of(record).capitalize()}.\n\n"
        f"Bends {bends}; {record.kind}, {record.evidence}."
    )
    main = {
        "name": record.id,
        "event": [_event("test", lines)],
        "request": {**_request(record.request), "description": told},
        "response": [],
    }
    if not record.setup:
        return main
    steps = [_step(record, number, step) for number, step in enumerate(record.setup, 1)]
    return {"name": record.id, "description": record.why, "item": [*steps, main]}


def _step(record: Record, number: int, step: Step) -> Json:
    status = f"pm.response.to.have.status({step.status})"
    lines = [f'pm.test("the scene is set", () => {status});']
    for name, pointer in step.save.items():
        value = f"pm.response.json()[{json.dumps(pointer[1:])}]"
        lines.append(f'eval(pm.collectionVariables.get("keep"))({json.dumps(name)}, {value});')
    if step.times > 1:
        lines.append(f'eval(pm.collectionVariables.get("again"))({step.times});')
    return {
        "name": f"{record.id}: step {number}",
        "event": [_event("test", lines)],
        "request": _request(step.request),
        "response": [],
    }


def _folders(records: Sequence[Record]) -> list[Json]:
    """A folder an operation, in it a folder a class."""
    folders: dict[str, dict[str, list[Json]]] = {}
    for record in records:
        folders.setdefault(record.operation, {}).setdefault(record.kind, []).append(_item(record))
    return [
        {"name": name, "item": [{"name": kind, "item": rows} for kind, rows in kinds.items()]}
        for name, kinds in folders.items()
    ]


def _clean_up() -> Json:
    """The last folder: one request, which calls itself until nothing is left."""
    request = {
        "name": "delete what was created",
        "event": [_script("prerequest", "pick.js"), _script("test", "gone.js")],
        "request": _request(Sent("DELETE", f"{REFUNDS}/{{{{created_id}}}}")),
        "response": [],
    }
    about = "Deletes what the requests above created. Run it after single requests, too."
    return {"name": "clean up", "description": about, "item": [request]}


def _request(sent: Sent) -> Json:
    url: Json = {
        "raw": f"{{{{base_url}}}}{sent.url}",
        "host": ["{{base_url}}"],
        "path": sent.path[1:].split("/"),
    }
    if sent.query:
        pairs = (pair.partition("=") for pair in sent.query.split("&"))
        url["query"] = [{"key": k, "value": v if sign else None} for k, sign, v in pairs]
    headers = [{"key": name, "value": value} for name, value in sent.headers]
    shown: Json = {"method": sent.method, "header": headers, "url": url}
    if not sent.authorized:
        shown["auth"] = {"type": "noauth"}
    if sent.body is not None:
        shown["body"] = {"mode": "raw", "raw": sent.body.decode()}
    return shown


def _script(listen: str, name: str) -> Json:
    """An event of the script in a file, with what it must know of the API."""
    text = part(name).replace("REFUNDS_PATH", REFUNDS).replace("PRODUCTION_HOST", PRODUCTION)
    return _event(listen, text.splitlines())


def _event(listen: str, lines: list[str]) -> Json:
    return {"listen": listen, "script": {"type": "text/javascript", "exec": lines}}
