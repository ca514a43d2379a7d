"""Gathers who takes part: one look at the stand-in's own answers, then every server's start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers import lineup, stubs
from tests.benchmarks.peers.lineup import Missing, Peer
from tests.benchmarks.rounds import STANDIN, Entrant
from tests.benchmarks.scenarios import (
    ROOT,
    Answer,
    Client,
    Scenario,
    scenarios,
    second_line_of,
    seed,
    sign_in,
)
from tests.benchmarks.servers import HOST, Server, running
from tests.benchmarks.wrk import Call

WORLD = "bench"


@dataclass(frozen=True)
class Cast:
    """The scenarios, the servers that can be started, and the peers that are missing."""

    second_line: str
    refund_id: str
    scenarios: tuple[Scenario, ...]
    peers: tuple[Peer, ...]
    missing: tuple[Missing, ...]


def gather(folder: Path, cpu: int, with_peers: bool, say: Callable[[str], None]) -> Cast:
    """Ask the stand-in every question once, and prepare the others to give the same bytes."""
    say("taking down the stand-in's own answers")
    with running(lineup.standin(), cpu) as server:
        second_line, refund_id, client = _seeded(server)
        played = scenarios(second_line)
        answers = {one.key: _answer(client, one, refund_id) for one in played}
        client.close()
    everything = frozenset(one.key for one in played)
    found = lineup.peers(answers, folder) if with_peers else []
    peers = [Peer(lineup.bare(stubs.bare(answers, folder)), everything, prefixed=True)]
    peers.append(Peer(lineup.standin(), everything, stateful=True))
    peers.extend(one for one in found if isinstance(one, Peer))
    missing = tuple(one for one in found if isinstance(one, Missing))
    return Cast(second_line, refund_id, played, tuple(peers), missing)


def entrant(cast: Cast, peer: Peer, server: Server) -> Entrant:
    """A running server, holding its records, with the calls it is sent."""
    token, refund_id = "any", cast.refund_id
    if peer.launch.name == STANDIN:
        _, refund_id, client = _seeded(server)
        token = client.token
        client.close()
    elif peer.stateful:
        refund_id = seed(Client(server.port, token), cast.second_line)
    calls = {
        one.key: Call(
            one.method,
            _url(peer, server, one, refund_id),
            one.body,
            token if one.signed_in else None,
            one.refused,
        )
        for one in cast.scenarios
        if one.key in peer.plays
    }
    return Entrant(peer.launch.name, server.pid, calls)


def _seeded(server: Server) -> tuple[str, str, Client]:
    client = Client(server.port, sign_in(server.port, WORLD))
    second_line = second_line_of(client.ask("GET", f"{ROOT}?limit=999"))
    return second_line, seed(client, second_line), client


def _answer(client: Client, scenario: Scenario, refund_id: str) -> tuple[Scenario, str, Answer]:
    path = scenario.path.replace("{id}", refund_id)
    answer = client.send(scenario.method, path, scenario.body, scenario.signed_in)
    if answer.status != scenario.status:
        told = f"{answer.status} where {scenario.status} was due: {answer.body[:500]!r}"
        raise RuntimeError(f"{scenario.what}: {told}")
    return scenario, path, answer


def _url(peer: Peer, server: Server, scenario: Scenario, refund_id: str) -> str:
    path = scenario.path.replace("{id}", refund_id)
    if peer.prefixed:
        path = stubs.bare_path(scenario.key, path)
    return f"http://{HOST}:{server.port}{path}"
