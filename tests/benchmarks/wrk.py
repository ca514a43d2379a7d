"""Runs wrk once against one call and reads what it found; it knows no server and no scenario."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 64
LONGEST_S = 600
DONE = "done\n"
EPOCH = 1_705_311_000
SCRIPT = Path(__file__).with_name("report.lua")


class RunFailed(RuntimeError):
    """The answers were not those that the scenario is about."""


@dataclass(frozen=True)
class Call:
    """One request, sent again and again, and whether its answer is a refusal (4xx).

    With `first`, its body is a template: `__N__` is a number that counts on from there, and
    `__AT__` an instant as many seconds after EPOCH.
    """

    method: str
    url: str
    body: str | None = None
    token: str | None = None
    refused: bool = False
    first: int | None = None


@dataclass(frozen=True)
class Run:
    """What one run of wrk saw: requests in all and a second, and latencies in milliseconds."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float
    max_ms: float


def run(call: Call, requests: int, cpu: int) -> Run:
    """Send one call so many times over 64 connections from one thread on one core.

    Raises RunFailed when any answer was lost or was of the wrong kind (a refusal
    where an answer was due, or the other way about).
    """
    command = ["taskset", "-c", str(cpu), "wrk", "-t1", f"-c{CONNECTIONS}", "--timeout", "30s"]
    command += [f"-d{LONGEST_S}s", "-s", str(SCRIPT), call.url]
    code, out, err = _interrupted(command, _environment(call, requests))
    lines = [line for line in out.splitlines() if line.startswith("{")]
    if code or not lines:
        raise RunFailed(f"wrk failed on {call.url}: {(err or out).strip()!r}")
    found: dict[str, int] = json.loads(lines[-1])
    _check(call, found)
    return Run(
        requests=found["requests"],
        per_second=found["requests"] / (found["duration_us"] / 1e6),
        p50_ms=found["p50_us"] / 1000,
        p99_ms=found["p99_us"] / 1000,
        max_ms=found["max_us"] / 1000,
    )


def _interrupted(command: list[str], env: dict[str, str]) -> tuple[int, str, str]:
    """How wrk ended and what it wrote; it sleeps on when its requests are done, until a signal."""
    pipe = subprocess.PIPE
    child = subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True)
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if line == DONE:
                child.send_signal(signal.SIGINT)
                break
        out, err = child.communicate()
    finally:
        child.kill()
    return child.returncode, out, err


def _environment(call: Call, requests: int) -> dict[str, str]:
    env = {key: text for key, text in os.environ.items() if not key.startswith("BENCH_")}
    env |= {"BENCH_METHOD": call.method, "BENCH_REQUESTS": str(requests)}
    if call.body is not None:
        env["BENCH_BODY"] = call.body
    if call.token is not None:
        env["BENCH_TOKEN"] = call.token
    if call.first is not None:
        env |= {"BENCH_FIRST": str(call.first), "BENCH_EPOCH": str(EPOCH)}
    return env


def _check(call: Call, found: dict[str, int]) -> None:
    due = found["requests"] if call.refused else 0
    if found["lost"] or found["refused"] != due or not found["requests"]:
        raise RunFailed(
            f"{call.method} {call.url}: of {found['requests']} answers {found['refused']} were "
            f"4xx or 5xx ({due} were due), and {found['lost']} were lost"
        )
