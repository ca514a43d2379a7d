"""A client of the control plane: one world of a running stand-in, steered from Python."""

from __future__ import annotations

import json
from collections.abc import Generator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mockserver.errors import MockserverError, shown
from mockserver.state.names import NAME, in_path, is_name

if TYPE_CHECKING:
    import httpx

__all__ = ["Client", "ClientError", "NotSeen"]

CONTROL_TOKEN_HEADER = "Mock-Control-Token"
DEFAULT_URL = "http://127.0.0.1:5050"
_TIMEOUT_SECONDS = 60
"""How long an answer may take; who follows calls hears something sooner."""

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

    `transport` is one of httpx, for a stand-in that no port leads to; `control_token` that of a
    server that asks for one. Needs httpx. Every method raises ClientError for what the stand-in
    refuses.
    """

    def __init__(
        self,
        base_url: str = DEFAULT_URL,
        world: str = "default",
        transport: httpx.BaseTransport | None = None,
        control_token: str | None = None,
    ) -> None:
        try:
            import httpx
        except ImportError:
            raise ClientError("mockserver.Client needs httpx: pip install httpx") from None
        if not is_name(world):
            raise ClientError(f"world is {shown(world)}; expected {NAME}")
        self.base_url = base_url.rstrip("/")
        self.world = world
        self._ended = httpx.RemoteProtocolError, httpx.ReadError
        self._failure = httpx.HTTPError, httpx.InvalidURL
        headers = {} if control_token is None else {CONTROL_TOKEN_HEADER: control_token}
        self._http = httpx.Client(transport=transport, timeout=_TIMEOUT_SECONDS, headers=headers)

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
        return f"{self.base_url}/_mock/w/{in_path(self.world)}"

    def describe(self) -> Any:
        """Its fixture, profile, number of refunds and instant."""
        return self._send("GET", "")

    def create(self, **document: Any) -> Any:
        """Make the world, which must not be there: `fixture`, `profile`, `rules`."""
        return self._answer("POST", "/worlds", {"name": self.world, **document}).json()

    def reset(self) -> Any:
        """Start the world again from its fixture; make it if it is not there."""
        return self._send("POST", "/reset")

    def reset_all(self) -> Any:
        """Start all worlds of the server again, each from its fixture."""
        return self._answer("POST", "/reset").json()["worlds"]

    def export(self) -> Any:
        """The world as a fixture."""
        return self._send("GET", "/export")

    def load(self, fixture: dict[str, Any]) -> Any:
        """Make the world anew from a fixture, such as an export."""
        return self._send("POST", "/import", fixture)

    def settings(self) -> Any:
        """The profile, the level of every rule, and whether earmarking is enabled."""
        return self._send("GET", "/settings")

    def set_settings(self, **document: Any) -> Any:
        """Change `profile`, `rules` (levels by id) and `earmarking`; a reset restores them."""
        return self._send("POST", "/settings", document)

    def save(self) -> Any:
        """Write the server's state file."""
        return self._answer("POST", "/save").json()

    def delete(self) -> None:
        """Forget the world."""
        self._send("DELETE", "")

    def faults(self) -> Any:
        """All faults in their order."""
        return self._send("GET", "/faults")["faults"]

    def reset_fault(self, fault_id: str) -> Any:
        """Count the calls of a fault from 0 again, and time it from now."""
        return self._send("POST", f"/faults/{in_path(fault_id)}/reset")

    def fault(self, **document: Any) -> Any:
        """Set a fault; `break_` stands for `break`, which Python keeps for itself."""
        if "break_" in document:
            document["break"] = document.pop("break_")
        return self._send("POST", "/faults", document)

    def clear_faults(self, fault_id: str | None = None) -> None:
        """Clear one fault, or all."""
        self._send("DELETE", "/faults" if fault_id is None else f"/faults/{in_path(fault_id)}")

    def journal(self, **query: Any) -> Any:
        """The calls that a query chooses, all by default."""
        return self._send("GET", "/journal", query=query)["calls"]

    def export_journal(self, format: str = "jsonl", **query: Any) -> str:  # noqa: A002
        """The same as the text of a file: `jsonl`, `har`, `curl` or `json`."""
        path = f"/worlds/{in_path(self.world)}/journal"
        return self._answer("GET", path, query={**query, "format": format}).text

    def follow(self, **query: Any) -> Generator[Any, None, None]:
        """Each call that a query chooses, as soon as it is answered, until the server ends."""
        url = f"{self.base_url}/_mock/worlds/{in_path(self.world)}/journal/follow"
        try:
            with self._http.stream("GET", url, params=_chosen(query)) as answer:
                if answer.is_error:
                    answer.read()
                    raise ClientError(_message(answer), answer.status_code)
                for line in answer.iter_lines():
                    if line.startswith("data: "):
                        yield json.loads(line.removeprefix("data: "))
        except self._ended:
            return
        except self._failure as error:
            raise self._unreached(error) from None

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

    def conduct(self) -> Any:
        """What the calls show that a client did wrong: `findings`, each with its `kind`."""
        return self._send("GET", "/conduct")

    def coverage(self, all_worlds: bool = False) -> Any:
        """What the calls met of the contract, in this world or in all."""
        return self._covering("GET", all_worlds)

    def clear_coverage(self, all_worlds: bool = False) -> None:
        """Count what calls meet from nothing, in this world or in all together."""
        self._covering("DELETE", all_worlds)

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
        return self._send("POST", f"/snapshots/{in_path(name)}/restore")

    def delete_snapshot(self, name: str) -> None:
        """Forget a snapshot."""
        self._send("DELETE", f"/snapshots/{in_path(name)}")

    def compare(self, name: str, other: str | None = None) -> Any:
        """What was added, removed and changed since a snapshot, or from it to another."""
        return self._send("GET", f"/snapshots/{in_path(name)}/compare", query={"with": other})

    def export_snapshot(self, name: str) -> Any:
        """A snapshot as a fixture."""
        return self._send("GET", f"/snapshots/{in_path(name)}/export")

    def branch(self, world: str, snapshot: str) -> Any:
        """Make a new world from a snapshot of this one."""
        body = {"name": world, "snapshot": {"world": self.world, "name": snapshot}}
        return self._answer("POST", "/worlds", body).json()

    def _covering(self, method: str, all_worlds: bool) -> Any:
        if not all_worlds:
            return self._send(method, "/coverage")
        answer = self._answer(method, "/coverage")
        return answer.json() if answer.content else None

    def _send(
        self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None
    ) -> Any:
        """What is answered under this world's path."""
        answer = self._answer(method, f"/worlds/{in_path(self.world)}{path}", body, query)
        return answer.json() if answer.content else None

    def _answer(
        self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None
    ) -> httpx.Response:
        url, chosen = f"{self.base_url}/_mock{path}", _chosen(query or {})
        try:
            answer = self._http.request(method, url, json=body, params=chosen)
        except self._failure as error:
            raise self._unreached(error) from None
        if answer.is_error:
            raise ClientError(_message(answer), answer.status_code)
        return answer

    def _unreached(self, error: Exception) -> ClientError:
        told = f"no stand-in answers at {self.base_url}: {error}; start one: mockserver serve"
        return ClientError(told)


def _chosen(query: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _message(answer: httpx.Response) -> str:
    try:
        told = answer.json()
        seen = "".join(f"\n  {line}" for line in told.get("seen", ()))
        return f"{told['error']}; seen:{seen}" if seen else str(told["error"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"no stand-in answers like this ({answer.status_code}): {answer.text[:_MOST_SHOWN]}"
