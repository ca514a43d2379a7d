"""One trial: a run of the judge in bad weather, then what must hold of the account and output."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.chaos.account import CANARY
from tests.chaos.process import Command
from tests.chaos.proxy import network
from tests.chaos.weather import ID, Weather
from tests.serving import Served, environment

SECRET = "s3cret-of-the-chaos-trial-0123456789"

ENDINGS = ("none", "none", "none", "kill", "term", "int", "hup", "full-disk", "two-runs")
_SIGNALS = {"kill": signal.SIGKILL, "term": signal.SIGTERM, "int": signal.SIGINT}
_SIGNALS["hup"] = signal.SIGHUP
PATIENCE_SECONDS = 400
"""A clean-up may take five minutes."""


@dataclass(slots=True)
class Trial:
    """What a trial did and what was wrong.

    Attributes:
        seed: decides all of it.
        faults: that were drawn.
        hits: how often each acted.
        ending: what happens to the process besides.
        codes: exit codes of the runs.
        faulty: what must not be, in sentences.
        output: of all commands.
        left: refunds of the judge's own after its run, and after a sweep in fair weather.
    """

    seed: int
    faults: list[str] = field(default_factory=list)
    hits: dict[str, int] = field(default_factory=dict)
    ending: str = "none"
    codes: list[int] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)
    output: str = ""
    left: tuple[int, int] = (0, 0)

    def __str__(self) -> str:
        words = f"trial {self.seed}: {', '.join(self.faults)}; ending {self.ending}; "
        return words + f"exit {self.codes}; left {self.left}; " + "; ".join(self.faulty)


def trial(
    seed: int, served: Served, world: Path, folder: Path, drivers: Sequence[str] = ()
) -> Trial:
    """Run the judge once, and look at what it left.

    Args:
        seed: of the trial.
        served: the account, whose every world holds refunds of others.
        world: the world file.
        folder: an empty one of the trial's own.
        drivers: that the judge runs; those that fit by default.
    """
    client_id = f"chaos-{seed}"
    before = _opened(served, client_id)
    chance, weather = Random(f"trial {seed}"), Weather(seed, sorted(before))
    done = Trial(seed, weather.names, weather.hits, chance.choice(ENDINGS))
    moment = chance.randrange(3, 110)
    runs: list[Command] = []

    def on_request(number: int) -> None:
        if number == moment and done.ending in _SIGNALS and runs:
            runs[0].send(_SIGNALS[done.ending])

    with network(served.url, weather, on_request) as between:
        count = 2 if done.ending == "two-runs" else 1
        for number in range(count):
            words = _words(between.url, client_id, world, folder, number, seed, chance)
            words += [word for name in drivers for word in ("--driver", name)]
            runs.append(_contracts(*words, full_disk=done.ending == "full-disk"))
        for run in runs:
            code, told = run.wait(PATIENCE_SECONDS)
            done.output += told
            done.codes.append(code)
    _judge(done, served, client_id, before, folder)
    httpx.delete(f"{served.url}/_mock/worlds/{client_id}")
    return done


def _words(
    url: str, client_id: str, world: Path, folder: Path, number: int, seed: int, chance: Random
) -> list[str]:
    reports = ",".join(f"{kind}={folder / f'{number}.{kind}'}" for kind in REPORTS)
    return [
        *("run", "--target", url, "--client-id", client_id, "--world", str(world)),
        *("--ledger", str(folder / f"ledger-{number}.jsonl"), "--random-seed", str(seed % 7)),
        *("--budget", str(chance.choice((40, 80, 120))), "--timeout", "2", "--report", reports),
        *("--rate", "1000", "--stop-after", str(chance.choice((3, 20)))),
    ]


REPORTS = ("junit", "json", "html", "har", "markdown")


def _contracts(*words: str, full_disk: bool = False) -> Command:
    variables = environment({"CONTRACTS_CLIENT_SECRET": SECRET})
    return Command(words, variables, 6_000 if full_disk else None)


def _judge(
    done: Trial, served: Served, client_id: str, before: dict[str, Any], folder: Path
) -> None:
    after = _refunds(served, client_id)
    changed = [key for key, row in before.items() if after.get(key) != row]
    if changed:
        done.faulty.append(f"{len(changed)} foreign refunds changed: {changed[:3]}")
    ours = {key: row for key, row in after.items() if key not in before}
    files = {path.name: path.read_text("utf-8", "replace") for path in folder.iterdir()}
    ledgers = "".join(text for name, text in files.items() if name.startswith("ledger"))
    _judge_codes(done, bool(ours))
    for key, row in ours.items():
        if not any(word and word in ledgers + done.output for word in _names(key, row)):
            done.faulty.append(f"left behind and named nowhere: {key} {row.get('check_number')}")
    _judge_output(done, {n: t for n, t in files.items() if not n.startswith("ledger")})
    for name in sorted(files):
        if name.startswith("ledger") and files[name]:
            _sweep(done, served, client_id, folder / name)
    swept = _refunds(served, client_id)
    still = swept.keys() - before.keys()
    done.left = (len(ours), len(still))
    # What an answer showed without its mark counts as another's from then on, and is named.
    disowned = {key for key in still if f'"foreign", "id": "{key}"' in ledgers + done.output}
    if still - {key for key in disowned if key in done.output}:
        done.faulty.append(f"{len(still)} of ours left after a sweep in fair weather")
    if any(swept.get(key) != row for key, row in before.items()):
        done.faulty.append("the sweep changed foreign refunds")


def _judge_codes(done: Trial, left: bool) -> None:
    allowed = {0, 1, 2}
    if done.ending == "kill":
        allowed |= {-9}
    for code in done.codes:
        if code not in allowed:
            done.faulty.append(f"exit code {code}")
    if left and not any(done.codes):
        done.faulty.append("something of ours is left, and the exit code is 0")
    if "Traceback" in done.output:
        done.faulty.append("a traceback")


def _judge_output(done: Trial, reports: dict[str, str]) -> None:
    texts = {"output": done.output, **reports}
    for name, text in texts.items():
        for what in (SECRET, CANARY, "Bearer eyJ"):
            if what in text:
                done.faulty.append(f"{name} shows {what[:12]}...")


def _sweep(done: Trial, served: Served, client_id: str, ledger: Path) -> None:
    lines = ledger.read_text("utf-8", "replace").splitlines()
    try:
        begin = json.loads(lines[0])
    except ValueError:
        done.faulty.append(f"{ledger.name} cannot be swept: {lines[0][:60]!r}")
        return
    begin["target"] = served.url
    ledger.write_text("\n".join([json.dumps(begin), *lines[1:]]), "utf-8")
    sweep = _contracts("sweep", str(ledger), "--client-id", client_id)
    code, told = sweep.wait(PATIENCE_SECONDS)
    done.output += told
    # With 1 it says that it is not sure, such as of an id that no read shows.
    if code not in {0, 1}:
        done.faulty.append(f"the sweep exits with {code}: {told[-300:]}")


def _names(key: str, row: dict[str, Any]) -> Sequence[str]:
    """What may name a refund: its id, or a text with its mark, also as a ledger writes it."""
    texts = [str(row.get(name) or "") for name in ("check_number", "refund_note")]
    return key, *texts, *(json.dumps(text)[1:-1] for text in texts)


def _opened(served: Served, client_id: str) -> dict[str, Any]:
    credentials = {"client_id": client_id, "client_secret": SECRET}
    httpx.post(f"{served.url}/api/auth/v2/token", json=credentials).raise_for_status()
    return _refunds(served, client_id)


def _refunds(served: Served, client_id: str) -> dict[str, Any]:
    exported = httpx.get(f"{served.url}/_mock/worlds/{client_id}/export", timeout=30)
    exported.raise_for_status()
    return {str(row[ID]).lower(): row for row in exported.json()["refunds"]}
