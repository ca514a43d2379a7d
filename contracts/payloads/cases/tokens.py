"""The model of the token call, and payloads that probe it; the world of a client is no matter."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from contracts.model.body import read_body
from contracts.model.rules import Evidence
from contracts.payloads.baseline import LARGEST_BODY, Baseline
from contracts.payloads.draft import Draft
from contracts.payloads.predicate import ANYTHING
from contracts.payloads.record import NO_ANSWER, Answer, Kind, Sent, Site
from contracts.targets.credentials import TOKEN_PATH
from contracts.targets.target import Request, encode
from mockserver.spec.facts import TOKEN_CONTENT_TYPES, TOKEN_LIFETIME_SECONDS, TOKEN_TYPE

JSON, FORM = TOKEN_CONTENT_TYPES
GIVEN = {
    "access_token": {"$any": "string"},
    "expires_in": TOKEN_LIFETIME_SECONDS,
    "token_type": TOKEN_TYPE,
}
_NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.~@+:|=-"
_FIRST = _NAME[:63]


def predict_token(request: Request, credentials: Mapping[str, str]) -> tuple[Answer, ...]:
    """The answers allowed to a token call; a client id that is not listed may have any secret."""
    if len(request.body or b"") > LARGEST_BODY:
        hung_up = Answer(NO_ANSWER, None, None, ANYTHING, "none")
        refused = _refused(413, "PayloadTooLargeError", None)
        return (refused, Answer(200, None, None, GIVEN, "none"), hung_up)
    media = (request.header("content-type") or "").split(";")[0].strip().lower()
    if media not in TOKEN_CONTENT_TYPES:
        return (_refused(415, "InvalidContentTypeError", "content-type"),)
    fields = _fields(request.body or b"", form=media == FORM)
    if fields is None:
        return (_refused(422, "UnprocessableEntityError", "body-json"),)
    if not _fits(fields.get("client_id"), fields.get("client_secret")):
        return (_refused(422, "UnprocessableEntityError", "body-shape"),)
    if credentials.get(fields["client_id"], fields["client_secret"]) != fields["client_secret"]:
        return (_refused(401, "UnauthorizedError", None),)
    return (Answer(200, None, None, GIVEN, "none"),)


def _fits(client: Any, secret: Any) -> bool:
    if not (isinstance(client, str) and isinstance(secret, str) and client and secret):
        return False
    return len(client) <= 128 and client[0] in _FIRST and not set(client) - set(_NAME)


def _fields(body: bytes, *, form: bool) -> Mapping[str, Any] | None:
    if form:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return read_body(body).value


def _refused(status: int, name: str, rule: str | None) -> Answer:
    return Answer(status, name, rule, {"errorName": name}, "none")


def drafts(baseline: Baseline) -> Iterator[Draft]:
    """Every payload of the token call."""
    good = {"client_id": f"payloads-{baseline.seed}", "client_secret": "any-secret"}
    for slug, kind, site, body, why in _bodies(good):
        yield _draft(slug, kind, site, why, body)
    for slug, kind, site, media, body, why in _types(good):
        yield _draft(slug, kind, site, why, body, media)
    yield _large(good)
    for client, secret in baseline.world.credentials.items():
        yield from _listed(client, secret)


_Body = tuple[str, Kind, Site, bytes, str]
_Typed = tuple[str, Kind, Site, str | None, bytes, str]


def _draft(
    slug: str, kind: Kind, site: Site, why: str, body: bytes, media: str | None = JSON
) -> Draft:
    headers = (("content-type", media),) if media is not None else ()
    sent = Sent("POST", TOKEN_PATH, headers=headers, body=body, authorized=False)
    evidence: Evidence | None = None if kind != "valid" else "documented"
    return Draft(f"token.{slug}", "token", kind, (site,), why, sent, evidence=evidence)


def _bodies(good: Mapping[str, Any]) -> Iterator[_Body]:
    yield "json", "valid", Site("", law="token-is-given"), encode(good), "Plain JSON credentials."
    for name in ("client_id", "client_secret"):
        site = Site(f"/{name}", "required", "out", "body-shape")
        less = {key: text for key, text in good.items() if key != name}
        yield f"{name}.required.missing", "invalid-schema", site, encode(less), f"{name} is needed."
        alone = dict.fromkeys(less, "half")
        yield f"{name}.required.alone", "invalid-schema", site, encode(alone), f"{name} is needed."
        for word, value in _NO_STRINGS:
            site = Site(f"/{name}", "type", "out", "body-shape")
            body = encode({**good, name: value})
            yield f"{name}.type.{word}", "invalid-schema", site, body, f"{name} is a string."
        site = Site(f"/{name}", "type", "in")
        yield f"{name}.type.string", "valid", site, encode(good), f"{name} is a string."
        site = Site(f"/{name}", "required", "in")
        yield f"{name}.required.present", "valid", site, encode(good), f"{name} is there."
    yield from _patterns(good)
    yield from _broken(good)


_NO_STRINGS: tuple[tuple[str, Any], ...] = (
    ("number", 5),
    ("fraction", 0.5),
    ("boolean", True),
    ("null", None),
    ("array", ["a"]),
    ("object", {"a": 1}),
)


def _patterns(good: Mapping[str, Any]) -> Iterator[_Body]:
    for word, client in _FITTING:
        site = Site("/client_id", "pattern", "in")
        body = encode({**good, "client_id": client})
        yield f"client_id.pattern.{word}", "boundary", site, body, "The id may name a world."
    for word, client in _UNFIT:
        site = Site("/client_id", "pattern", "out", "body-shape")
        body = encode({**good, "client_id": client})
        yield f"client_id.pattern.{word}", "invalid-schema", site, body, "No name for a world."
    for word, secret, side in (("one", "s", "in"), ("long", "s" * 5000, "in"), ("none", "", "out")):
        kind: Kind = "boundary" if side == "in" else "invalid-schema"
        site = Site("/client_secret", "minLength", side, None if side == "in" else "body-shape")
        body = encode({**good, "client_secret": secret})
        yield f"client_secret.minlength.{word}", kind, site, body, "A secret has a character."


_FITTING = (
    ("one", "a"),
    ("digit", "7"),
    ("signs", "a_.~@+:|=-z"),
    ("longest", "c" * 128),
    ("underscore", "_a"),
)
_UNFIT = (
    ("empty", ""),
    ("too-long", "c" * 129),
    ("blank", "a b"),
    ("dash-first", "-a"),
    ("dot-first", ".a"),
    ("slash", "a/b"),
    ("line-feed", "a\n"),
    ("accent", "é"),
    ("wide-digit", "１"),
    ("nul", "a\0"),
)


def _broken(good: Mapping[str, Any]) -> Iterator[_Body]:
    text = json.dumps(good)
    for word, body in (
        ("empty", b""),
        ("cut", text[:-1].encode()),
        ("array", f"[{text}]".encode()),
        ("null", b"null"),
        ("text", b'"client_id"'),
        ("bom", b"\xef\xbb\xbf" + text.encode()),
        ("utf-16", text.encode("utf-16")),
        ("trailing-comma", f"{text[:-1]},}}".encode()),
        ("trailing-text", f"{text} x".encode()),
        ("latin-1", f'{text[:-1]}, "x": "é"}}'.encode("latin-1")),
    ):
        site = Site("", rule="body-json")
        yield f"body.{word}", "malformed-wire", site, body, "The body is one JSON object in UTF-8."


def _large(good: Mapping[str, Any]) -> Draft:
    body, site = encode({**good, "x": "n" * LARGEST_BODY}), Site("", law="no-server-error")
    return _draft("body.too-large", "boundary", site, "Over 1 MiB.", body)


def _types(good: Mapping[str, Any]) -> Iterator[_Typed]:
    form = "&".join(f"{key}={text}" for key, text in good.items()).encode()
    law, at = "token-reads-forms", "Content-Type"
    forms = (
        ("form", FORM),
        ("form-charset", f"{FORM}; charset=utf-8"),
        ("form-case", FORM.upper()),
    )
    for word, media in forms:
        yield f"type.{word}", "valid", Site(at, law=law), media, form, "A form is read as well."
    for word, media in (("charset", f"{JSON}; charset=utf-8"), ("case", "Application/JSON")):
        site = Site(at, law="token-is-given")
        yield f"type.{word}", "boundary", site, media, encode(good), "It is still JSON."
    for word, other in _OTHER_TYPES:
        site = Site(at, law="token-refuses-other-types")
        why = "Only JSON and forms are read."
        yield f"type.{word}", "invalid-schema", site, other, encode(good), why
    for word, short, keyword in (
        ("form-half", b"client_id=a", "required"),
        ("form-none", b"", "required"),
        ("form-json", b"{}", "required"),
        ("form-empty", b"client_id=a&client_secret=", "minLength"),
        ("form-no-value", b"client_id=a&client_secret", "minLength"),
        ("form-blank-name", b"client_id=a+b&client_secret=x", "pattern"),
    ):
        at = "/client_id" if keyword == "pattern" else "/client_secret"
        site = Site(at, keyword, "out", "body-shape")
        yield f"type.{word}", "invalid-schema", site, FORM, short, "A form needs both fields."


_OTHER_TYPES = (
    ("none", None),
    ("text", "text/plain"),
    ("xml", "application/xml"),
    ("json-suffix", "application/vnd.api+json"),
    ("multipart", "multipart/form-data; boundary=x"),
    ("jsonp", "application/jsonp"),
)


def _listed(client: str, secret: str) -> Iterator[Draft]:
    right = encode({"client_id": client, "client_secret": secret})
    law = Site("/client_secret", law="token-is-given")
    yield _draft(f"listed.{client}.right", "valid", law, "The secret is the listed one.", right)
    for word, other in (("wrong", "x"), ("case", secret.swapcase()), ("longer", f"{secret} ")):
        body = encode({"client_id": client, "client_secret": other})
        yield _draft(f"listed.{client}.{word}", "auth", law, "The secret is another.", body)
