"""Answers that are not the API's: redirects, pages and gateways, and what to do about each."""

from urllib.parse import urljoin, urlsplit

from contracts.targets.content import unread_coding
from contracts.targets.target import Reply

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def is_of_api(reply: Reply) -> bool:
    """Whether an answer has the form of this API's: an object, with an errorName in a refusal."""
    answer = reply.json_or_none()
    return isinstance(answer, dict) and (200 <= reply.status < 300 or "errorName" in answer)


def is_page(reply: Reply) -> bool:
    """Whether an answer is HTML."""
    return (reply.header("content-type") or "").lower().startswith("text/html")


def redirected_base(base_url: str, path: str, reply: Reply) -> str | None:
    """The base URL that a redirect of a path leads to, or None where it leads elsewhere."""
    location = reply.header("location")
    if reply.status not in REDIRECTS or location is None:
        return None
    try:
        parts = urlsplit(urljoin(base_url + path, location))
    except ValueError:
        return None
    bare = parts._replace(query="", fragment="").geturl().rstrip("/")
    root = bare.removesuffix(path)
    known = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return root if known and root not in {bare, base_url} else None


def advice_on(base_url: str, path: str, reply: Reply) -> str:
    """What to do about an answer that is not the API's.

    Args:
        base_url: of the target, or nothing.
        path: that was asked for.
        reply: what came.
    """
    base, coding = redirected_base(base_url, path, reply), unread_coding(reply)
    if base is not None:
        return f"the server redirects to {base}; use --target {base}"
    if reply.status in REDIRECTS:
        return "the server redirects, which the API never does; is --target the API's base URL?"
    if coding is not None:
        return f"the suite does not read the content coding {coding!r}; turn it off in the gateway"
    return _BY_STATUS.get(reply.status, "is --target the base URL of the refunds API?")


_KEY_WANTED = (
    "if a gateway wants a key, send it with --header 'NAME: VALUE'; otherwise check --token, or "
    "--client-id and --client-secret"
)
_AWAY = "a gateway or proxy answers in place of the API; try again when it is there"
_BY_STATUS = {
    401: _KEY_WANTED,
    403: _KEY_WANTED,
    407: "the proxy wants a user name and password in its URL: http://USER:PASSWORD@HOST:PORT",
    **dict.fromkeys((429, 502, 503, 504), _AWAY),
}
