"""The model of the token call, and payloads that probe it; the world of a client is no matter."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from contracts.model.body import read_body
from contracts.model.rules import Evidence
from contracts.payloads.baseline import LARGEST_BODY, Baseline
from contracts.payloads.draft import Draft, shown
from contracts.payloads.predicate import ANYTHING
from contracts.payloads.record import NO_ANSWER, Answer, Kind, Sent, Site
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Request, encode
from mockserver.spec.facts import TOKEN_CONTENT_TYPES, TOKEN_LIFETIME_SECONDS, TOKEN_TYPE

JSON, FORM = TOKEN_CONTENT_TYPES
_ANY_TOKEN = {
    "access_token": {"$any": "string"},
    "expires_in": TOKEN_LIFETIME_SECONDS,
    "token_type": TOKEN_TYPE,
}
GIVEN = Answer(200, None, None, _ANY_TOKEN, "none")
_LONGEST_CLIENT_ID = 512


def predict_token(request: Request, credentials: Mapping[str, str]) -> tuple[Answer, ...]:
    """The answers allowed to a token call; a client id that is not listed may have any secret."""
    body = request.body or b""
    if len(body) > LARGEST_BODY:
        hung_up = Answer(NO_ANSWER, None, None, ANYTHING, "none")
        return (refusal(413, "PayloadTooLargeError"), GIVEN, hung_up)
    media = (request.header("content-type") or "").split(";")[0].strip().lower()
    if media not in TOKEN_CONTENT_TYPES:
        return (refusal(415, "InvalidContentTypeError", "content-type"),)
    fields: Mapping[str, Any] | None
    if media == FORM:
        fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    else:
        fields = read_body(body).value
    if fields is None:
        return (refusal(422, "UnprocessableEntityError", "body-json"),)
    if not _fits(fields.get("client_id"), fields.get("client_secret")):
        return (refusal(422, "UnprocessableEntityError", "body-shape"),)
    if credentials.get(fields["client_id"], fields["client_secret"]) != fields["client_secret"]:
        return (refusal(401, "UnauthorizedError"),)
    return (GIVEN,)


def _fits(client: Any, secret: Any) -> bool:
    are_text = isinstance(client, str) and isinstance(secret, str)
    return are_text and bool(client and secret) and len(client) <= _LONGEST_CLIENT_ID


def refusal(status: int, name: str, rule: str | None = None) -> Answer:
    """The vendor's envelope with this errorName, and no effect."""
    return Answer(status, name, rule, {"errorName": name}, "none")


def drafts(baseline: Baseline) -> Iterator[Draft]:
    """Every payload of the token call."""
    good = {"client_id": f"payloads-{baseline.seed}", "client_secret": "any-secret"}
    given, whole = Site("", law="token-is-given"), encode(good)
    yield _draft("json", "valid", given, "Plain JSON credentials.", whole)
    for name in good:
        yield from _field(name, good)
    yield from _lengths(good)
    site, why = Site("", rule="body-json"), "The body is one JSON object in UTF-8."
    for word, body in _broken(json.dumps(good)):
        yield _draft(f"body.{word}", "malformed-wire", site, why, body)
    yield from _types(good)
    body, site = encode({**good, "x": "n" * LARGEST_BODY}), Site("", law="no-server-error")
    yield _draft("body.too-large", "boundary", site, "Over 1 MiB.", body)
    for client, secret in baseline.world.credentials.items():
        yield from _listed(client, secret)


def _draft(
    slug: str, kind: Kind, site: Site, why: str, body: bytes, media: str | None = JSON
) -> Draft:
    headers = (("content-type", media),) if media is not None else ()
    sent = Sent("POST", TOKEN_PATH, headers=headers, body=body, authorized=False)
    evidence: Evidence | None = None if kind != "valid" else "documented"
    return Draft(f"token.{slug}", kind, (site,), why, sent, evidence=evidence)


def _field(name: str, good: Mapping[str, Any]) -> Iterator[Draft]:
    site, why = Site(f"/{name}", "required", "out", "body-shape"), f"{name} is missing."
    less = {key: text for key, text in good.items() if key != name}
    alone = encode(dict.fromkeys(less, "half"))
    yield _draft(f"{name}-missing", "invalid-schema", site, why, encode(less))
    yield _draft(f"{name}-missing-other-given", "invalid-schema", site, why, alone)
    site = Site(f"/{name}", "type", "out", "body-shape")
    for word, value in _NO_STRINGS.items():
        why = f"{name} is {shown(value)}; it must be a text."
        body = encode({**good, name: value})
        yield _draft(f"{name}-as-{word}", "invalid-schema", site, why, body)
    site, whole = Site(f"/{name}", "type", "in"), encode(good)
    yield _draft(f"{name}-as-text", "valid", site, f"{name} is a text.", whole)
    site = Site(f"/{name}", "required", "in")
    yield _draft(f"{name}-present", "valid", site, f"{name} is there.", whole)


_NO_STRINGS: Mapping[str, Any] = {
    "number": 5,
    "fraction": 0.5,
    "boolean": True,
    "null": None,
    "list": ["a"],
    "object": {"a": 1},
}


def _lengths(good: Mapping[str, Any]) -> Iterator[Draft]:
    for name, keyword, side, why, values in (
        ("client_id", "minLength", "in", "Any id names a world.", _CLIENT_IDS),
        ("client_id", "minLength", "out", "An id has a character.", {"none": ""}),
        ("client_id", "maxLength", "in", "At most 512 characters.", {"longest": _LONGEST}),
        (
            "client_id",
            "maxLength",
            "out",
            "At most 512 characters.",
            {"longer": _LONGEST + "c", "twice-as-long": 2 * _LONGEST},
        ),
        ("client_secret", "minLength", "in", "A secret has a character.", _SECRETS),
        ("client_secret", "minLength", "out", "A secret has a character.", {"none": ""}),
    ):
        kind: Kind = "boundary" if side == "in" else "invalid-schema"
        site = Site(f"/{name}", keyword, side, None if side == "in" else "body-shape")
        for word, value in values.items():
            body = encode({**good, name: value})
            yield _draft(f"{name}-{keyword.lower()}-{word}", kind, site, why, body)


_LONGEST = "c" * _LONGEST_CLIENT_ID
_CLIENT_IDS = {
    "one": "a",
    "digit": "7",
    "signs": "a_.~@+:|=-z",
    "dash-first": "-a",
    "blank": "a b",
    "node-id": "test_a.py::test_b[1/2]",
    "percent": "a%2Fb",
    "accent": "é",
    "line-feed": "a\n",
}
_SECRETS = {"one": "s", "long": "s" * 5000}


def _broken(text: str) -> Iterator[tuple[str, bytes]]:
    yield "empty", b""
    yield "cut", text[:-1].encode()
    yield "array", f"[{text}]".encode()
    yield "null", b"null"
    yield "text", b'"client_id"'
    yield "bom", b"\xef\xbb\xbf" + text.encode()
    yield "utf-16", text.encode("utf-16")
    yield "trailing-comma", f"{text[:-1]},}}".encode()
    yield "trailing-text", f"{text} x".encode()
    yield "latin-1", f'{text[:-1]}, "x": "é"}}'.encode("latin-1")


def _types(good: Mapping[str, Any]) -> Iterator[Draft]:
    form = "&".join(f"{key}={text}" for key, text in good.items()).encode()
    site = Site("Content-Type", law="token-reads-forms")
    for word, media in _FORM_TYPES.items():
        yield _draft(f"type.{word}", "valid", site, "A form is read as well.", form, media)
    site, whole = Site("Content-Type", law="token-is-given"), encode(good)
    for word, media in _JSON_TYPES.items():
        yield _draft(f"type.{word}", "boundary", site, "It is still JSON.", whole, media)
    site = Site("Content-Type", law="token-refuses-other-types")
    why = "Only JSON and forms are read."
    for word, other in _OTHER_TYPES.items():
        yield _draft(f"type.{word}", "invalid-schema", site, why, whole, other)
    why = "A form needs both fields."
    for word, short, at, keyword in (
        ("form-half", b"client_id=a", "/client_secret", "required"),
        ("form-none", b"", "/client_secret", "required"),
        ("form-json", b"{}", "/client_secret", "required"),
        ("form-empty", b"client_id=a&client_secret=", "/client_secret", "minLength"),
        ("form-no-value", b"client_id=a&client_secret", "/client_secret", "minLength"),
        ("form-no-name", b"client_id=&client_secret=x", "/client_id", "minLength"),
    ):
        site = Site(at, keyword, "out", "body-shape")
        yield _draft(f"type.{word}", "invalid-schema", site, why, short, FORM)


_FORM_TYPES = {"form": FORM, "form-charset": f"{FORM}; charset=utf-8", "form-case": FORM.upper()}
_JSON_TYPES = {"charset": f"{JSON}; charset=utf-8", "case": "Application/JSON"}
_OTHER_TYPES = {
    "none": None,
    "text": "text/plain",
    "xml": "application/xml",
    "json-suffix": "application/vnd.api+json",
    "multipart": "multipart/form-data; boundary=x",
    "jsonp": "application/jsonp",
}


def _listed(client: str, secret: str) -> Iterator[Draft]:
    right = encode({"client_id": client, "client_secret": secret})
    law = Site("/client_secret", law="token-is-given")
    yield _draft(f"listed.{client}.right", "valid", law, "The secret is the listed one.", right)
    for word, other in (("wrong", "x"), ("case", secret.swapcase()), ("longer", f"{secret} ")):
        body = encode({"client_id": client, "client_secret": other})
        yield _draft(f"listed.{client}.{word}", "auth", law, "The secret is another.", body)
