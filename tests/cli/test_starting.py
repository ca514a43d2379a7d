"""What is said at the start: who holds a port, who can reach it, and what is passed over."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from mockserver.cli.listening import exposure, listeners
from mockserver.errors import SettingsError
from mockserver.spec.facts import REFUNDS_PATH
from tests.cli.commands import invoke, settings_of
from tests.cli.test_listening import both_families
from tests.conftest import Serve

KUBERNETES = "tcp://10.43.0.1:5050"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which a program listens that never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield other.getsockname()[1]


def test_a_port_that_another_program_holds(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line has the port, that it is no stand-in, and two ways on; the exit code is 2."""
    monkeypatch.setattr("mockserver.cli.listening.HOLDER_SECONDS", 0.01)
    result = invoke("serve", "--host", "127.0.0.1", "--port", str(taken))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"Error: port {taken} is in use on 127.0.0.1 (by another program); try `--port 0` for a"
        f" free one, or `make serve PORT={taken + 1}`\n"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", ""])
def test_a_port_that_a_stand_in_holds(serve: Serve, host: str) -> None:
    """The line says that it is one, and how many worlds it has, whatever address was asked for."""
    served = serve("--host", "127.0.0.1")
    with served.client() as client:
        for world in ("a", "b", "c"):
            client.get(f"/_mock/w/{world}{REFUNDS_PATH}")
        port = client.base_url.port
    result = invoke("serve", "--host", host, "--port", str(port))
    assert result.exit_code == 2
    assert f"port {port} is in use on " in result.stderr
    assert "(by a mockserver 0.1.0, world count 3); try `--port 0`" in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_last_port_has_one_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """No port beyond the last one is advised."""

    def refuse(*_: object, **__: object) -> socket.socket:
        raise OSError(98, "taken")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(SettingsError, match=r"make serve PORT=65534`"):
        listeners("127.0.0.1", 65_535)


def test_a_port_that_needs_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port below 1024 that may not be taken is told with one that may."""

    def refuse(*_: object, **__: object) -> socket.socket:
        raise OSError(13, "Permission denied (while attempting to bind on address (...))")

    monkeypatch.setattr(socket, "create_server", refuse)
    with pytest.raises(SettingsError) as caught:
        listeners("127.0.0.1", 80)
    assert str(caught.value) == (
        "cannot listen on 127.0.0.1:80: Permission denied;"
        " a port below 1024 needs rights of its own: try --port 8080"
    )


@both_families
@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "0.0.0.0"), ("::", "[::]")])
def test_a_stand_in_that_others_can_reach_says_so(serve: Serve, host: str, shown: str) -> None:
    """One warning has the address, what anyone can do, and the way back; the URL can be used."""
    served = serve("--host", host)
    told = json.loads(served.err.next())
    port = httpx.URL(served.url).port
    assert told["level"] == "warning"
    assert told["message"] == (
        f"{shown}:{port} can be reached from other machines: whoever reaches it can read and"
        " change all worlds; start with --host localhost to serve this machine only"
    )
    assert httpx.get(f"{served.url}/_mock/health").status_code == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.9"])
def test_a_stand_in_of_this_machine_says_nothing(host: str) -> None:
    """Loopback addresses are no warning."""
    sockets = listeners(host, 0)
    assert list(exposure(sockets)) == []
    for each in sockets:
        each.close()


def test_a_variable_that_is_passed_over_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Service called mockserver sets the variable to its own address: a line, and no error."""
    run: list[tuple[object, ...]] = []
    monkeypatch.setattr("mockserver.cli.running.run", lambda *given: run.append(given))
    result = invoke("serve", env={"MOCKSERVER_PORT": KUBERNETES})
    assert result.exit_code == 0, result.output
    [(settings, note)] = run
    assert note == (
        f"MOCKSERVER_PORT is {KUBERNETES}, as Kubernetes sets it for a Service: it is ignored"
    )
    monkeypatch.undo()
    assert settings == settings_of(monkeypatch)


def test_a_variable_that_is_no_port_is_refused() -> None:
    """Any other text is an error as before."""
    result = invoke("serve", env={"MOCKSERVER_PORT": "http"})
    assert result.exit_code == 2
    assert "'http' is not a valid integer" in result.stderr
