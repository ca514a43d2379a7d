"""A client of the control plane: one world of a running stand-in, steered from Python."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from mockserver.errors import MockserverError

if TYPE_CHECKING:
    import httpx

__all__ = ["Client", "ClientError", "NotSeen"]

DEFAULT_URL = "http://127.0.0.1:5050"
_TIMEOUT_SECONDS = 60
_MOST_SHOWN = 300


class ClientError(MockserverError):
    """What the stand-in refused, in its words; `status` is 0 where none answered."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class NotSeen(AssertionError):
    """Calls that were expected and not seen: the text says which, and what was seen instead."""


class Client:
    """One world of a stand-in at `base_url`.

    `transport` is one of httpx, for a stand-in that no port leads to. Needs httpx. Every method
    raises ClientError for what the stand-in refuses.
    """

    def __init__(
        self,
        base_url: str = DEFAULT_URL,
        world: str = "default",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        try:
            import httpx
        except ImportError:
            raise ClientError("mockserver.Client needs httpx: pip install httpx") from None
        self.base_url = base_url.rstrip("/")
        self.world = world
        self._failure = httpx.HTTPError, httpx.InvalidURL
        self._http = httpx.Client(transport=transport, timeout=_TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @property
    def api_url(self) -> str:
        """Where the vendor's API is in this world, whatever the token."""
        return f"{self.base_url}/_mock/w/{self.world}"

    def describe(self) -> Any:
        """Its fixture, profile, number of refunds and instant."""
        return self._send("GET", "")

    def create(self, **document: Any) -> Any:
        """Make the world, which must not be there: `fixture`, `profile`, `rules`."""
        return self._answer("POST", None, {"name": self.world, **document}).json()

    def reset(self) -> Any:
        """Start the world again from its fixture; make it if it is not there."""
        return self._send("POST", "/reset")

    def delete(self) -> None:
        """Forget the world."""
        self._send("DELETE", "")

    def faults(self) -> Any:
        """All faults in their order."""
        return self._send("GET", "/faults")["faults"]

    def fault(self, **document: Any) -> Any:
        """Set a fault; `break_` stands for `break`, which Python keeps for itself."""
        if "break_" in document:
            document["break"] = document.pop("break_")
        return self._send("POST", "/faults", document)

    def clear_faults(self, fault_id: str | None = None) -> None:
        """Clear one fault, or all."""
        self._send("DELETE", "/faults" if fault_id is None else f"/faults/{_part(fault_id)}")

    def journal(self, **query: Any) -> Any:
        """The calls that a query chooses, all by default."""
        return self._send("GET", "/journal", query=query)["calls"]

    def export_journal(self, format: str = "jsonl", **query: Any) -> str:  # noqa: A002
        """The same as the text of a file: `jsonl`, `har`, `curl` or `json`."""
        return self._answer("GET", "/journal", query={**query, "format": format}).text

    def clear_journal(self) -> None:
        """Forget all calls."""
        self._send("DELETE", "/journal")

    def verify(self, *calls: dict[str, Any], in_order: bool = False) -> Any:
        """The numbers of the calls that fit each of those expected. Raises NotSeen."""
        try:
            body = {"calls": list(calls), "in_order": in_order}
            return self._send("POST", "/journal/verify", body)["found"]
        except ClientError as error:
            if error.status != 409:
                raise
            raise NotSeen(str(error)) from None

    def clock(self) -> Any:
        """The mode and the instant of the clock."""
        return self._send("GET", "/clock")

    def set_clock(self, mode: str, **document: Any) -> Any:
        """Set the clock: `real`, `frozen`, `running` or `ticking`, `at` an instant."""
        return self._send("POST", "/clock", {"mode": mode, **document})

    def advance(self, seconds: float) -> Any:
        """Move the clock on, or back."""
        return self._send("POST", "/clock", {"advance_seconds": seconds})

    def limits(self) -> Any:
        """The rate limits."""
        return self._send("GET", "/limits")

    def set_limits(self, **document: Any) -> Any:
        """Change rate limits: `requests`, `tokens`, `headers`."""
        return self._send("POST", "/limits", document)

    def snapshots(self) -> Any:
        """All snapshots in the order of taking."""
        return self._send("GET", "/snapshots")["snapshots"]

    def snapshot(self, name: str) -> Any:
        """Take a snapshot."""
        return self._send("POST", "/snapshots", {"name": name})

    def restore(self, name: str) -> Any:
        """Hold again what a snapshot has."""
        return self._send("POST", f"/snapshots/{_part(name)}/restore")

    def delete_snapshot(self, name: str) -> None:
        """Forget a snapshot."""
        self._send("DELETE", f"/snapshots/{_part(name)}")

    def branch(self, world: str, snapshot: str) -> Any:
        """Make a new world from a snapshot of this one."""
        body = {"name": world, "snapshot": {"world": self.world, "name": snapshot}}
        return self._answer("POST", None, body).json()

    def _send(
        self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None
    ) -> Any:
        answer = self._answer(method, path, body, query)
        return answer.json() if answer.content else None

    def _answer(
        self, method: str, path: str | None, body: Any = None, query: dict[str, Any] | None = None
    ) -> httpx.Response:
        """The answer under this world's path, or, without one, that of all worlds."""
        below = "" if path is None else f"/{_part(self.world)}{path}"
        url = f"{self.base_url}/_mock/worlds{below}"
        chosen = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            answer = self._http.request(method, url, json=body, params=chosen)
        except self._failure as error:
            told = f"no stand-in answers at {self.base_url}: {error}; start one: mockserver serve"
            raise ClientError(told) from None
        if answer.is_error:
            raise ClientError(_message(answer), answer.status_code)
        return answer


def _part(text: str) -> str:
    return quote(text, safe="")


def _message(answer: httpx.Response) -> str:
    try:
        told = answer.json()
        seen = "".join(f"\n  {line}" for line in told.get("seen", ()))
        return f"{told['error']}; seen:{seen}" if seen else str(told["error"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"this is no stand-in's answer ({answer.status_code}): {answer.text[:_MOST_SHOWN]}"
