"""The targets that the bench holds the stand-in to, as data, and the words for meeting one."""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmarks.measures import Measure


@dataclass(frozen=True)
class Target:
    """One row: what is required, what is aimed at, and which way is better."""

    key: str
    what: str
    unit: str
    least: float | None
    aim: float | None
    more_is_better: bool = False

    def verdict(self, measure: Measure) -> str:
        """Met, aim met or missed, in words, judged by the median."""
        found = measure.median
        if self.aim is not None and self._reaches(found, self.aim):
            return "aim met"
        if self.least is None:
            return "–" if self.aim is None else f"aim missed, {self._gap(found, self.aim)}"
        if self._reaches(found, self.least):
            return "met"
        return f"missed, {self._gap(found, self.least)}"

    def bound(self, value: float | None) -> str:
        """A bound as the table shows it."""
        if value is None:
            return "–"
        return f"{'≥' if self.more_is_better else '≤'} {value:g}"

    def _reaches(self, found: float, bound: float) -> bool:
        return found >= bound if self.more_is_better else found <= bound

    def _gap(self, found: float, bound: float) -> str:
        return f"{found / bound:.2f} × it"


SHARE = "of bare"

TARGETS = (
    Target("get", "GET one", SHARE, 0.60, 0.80, True),
    Target("page", "GET page of 100", SHARE, 0.60, 0.70, True),
    Target("create", "POST create, two allocations", SHARE, 0.32, 0.40, True),
    Target("verbatim", "POST create, the vendor's example", SHARE, 0.32, 0.40, True),
    Target("wrong_type", "refused POST (422), wrong type", SHARE, 0.35, 0.45, True),
    Target("zero", "refused POST (422), amount 0", SHARE, 0.35, 0.45, True),
    Target("missing", "GET of no refund (404)", SHARE, 0.35, 0.45, True),
    Target("stranger", "GET without a token (401)", SHARE, 0.35, 0.45, True),
    Target("method", "PUT (405)", SHARE, 0.35, 0.45, True),
    Target("create_p99", "create p99 at 64 connections", "× its median", 10, None),
    Target("gc_pause", "longest collector pause, 100,000 refunds", "ms", None, 10),
    Target("first_answer", "first answer after start, by wall clock", "s", 0.45, 0.30),
    Target("start_cpu", "the same, by CPU time", "s", 0.35, None),
    Target("idle_rss", "idle RSS", "MiB", 60, 45),
    Target("pair", "create + get in process", "µs", 300, 150),
    Target("page_100000", "page at 100,000 refunds", "× at 1,000", 1.3, 1.1),
    Target("payer_100000", "page of one payer at 100,000", "× at 1,000", 1.3, 1.1),
    Target("deep_100000", "page from the middle at 100,000", "× at 1,000", 1.3, 1.1),
    Target("create_100000", "create at 100,000 refunds", "× at 1,000", 1.3, 1.1),
    Target("lists_100000", "first list of every kind at 100,000", "ms in all", None, None),
    Target("page_1000000", "page at 1,000,000 refunds", "× at 1,000", 1.3, 1.1),
    Target("payer_1000000", "page of one payer at 1,000,000", "× at 1,000", 1.3, 1.1),
    Target("deep_1000000", "page from the middle at 1,000,000", "× at 1,000", 1.3, 1.1),
    Target("create_1000000", "create at 1,000,000 refunds", "× at 1,000", 1.3, 1.1),
    Target("lists_1000000", "first list of every kind at 1,000,000", "ms in all", None, None),
    Target("memory_1000", "memory for each of 1,000 refunds", "KiB", 2.0, 1.2),
    Target("memory_100000", "memory for each of 100,000", "KiB", 2.0, 1.2),
    Target("memory_1000000", "memory for each of 1,000,000", "KiB", 2.0, 1.2),
    Target("world_time", "new world, fixture of 100,000", "µs", 1000, 100),
    Target("world_write", "its first create", "µs", 1000, 100),
    Target("steered_get", "GET one with journal, limit and fault", "of without", 0.9, None, True),
    Target("steered_page", "page with journal, limit and fault", "of without", 0.9, None, True),
    Target("steered_create", "create with journal, limit and fault", "of without", 0.9, None, True),
    Target("fault", "a fault that does not match", "ns a call", 1_000, None),
    Target("faults_elsewhere", "1,000 faults on other operations", "ns a call", 100, None),
    Target("snapshot", "snapshot at 100,000 after changes", "µs", 1_000, None),
    Target("restore", "restore at 100,000 after changes", "µs", 1_000, None),
    Target("branch", "new world from a snapshot at 100,000", "µs", 1_000, None),
    Target("plugin_served", "a world for a test, served", "ms of CPU", 5, None),
    Target("plugin_in_process", "a world for a test, in process", "ms of CPU", 5, None),
    Target("plugin_run", "500 tests that steer a world each", "s", 30, None),
    Target("world_memory", "memory for each such world", "KiB", 20, 10),
    *(
        Target(f"{key}_{count}", f"{what} of {count:,}", unit, least, None)
        for count in (100_000, 1_000_000)
        for key, what, unit, least in (
            ("large_start", "start over a fixture", "s of CPU", 20 * count / 1_000_000),
            ("large_memory", "memory for each refund", "KiB", 1.6),
            ("large_peak", "peak memory of the start", "× steady", 1.5),
            ("large_list", "slowest first list", "ms", 50),
            ("large_export", "export", "s of CPU", None),
            ("large_piece", "longest step of the export", "ms", 100),
        )
    ),
    Target("judge_steps", "turbo's steps", "a second of CPU", 5_000, None, True),
    Target("judge_run", "contracts run in full, target app", "s", 10, None),
    Target("judge_defects", "python -m tests.defects", "s", 20, None),
    Target("judge_verify", "contracts payloads verify", "s", 1.5, None),
)
