"""Reads how much memory this process holds: what the kernel counts, or what Python allocated."""

from __future__ import annotations

import ctypes
import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import getpagesize


def settled_rss() -> int:
    """Resident bytes of this process once garbage and free heap pages are given back."""
    gc.collect()
    _trim_heap()
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize()


@contextmanager
def traced() -> Iterator[list[int]]:
    """Collects the bytes that Python allocated and still holds at the end of the block."""
    held: list[int] = []
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    try:
        yield held
    finally:
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0] - before)
        tracemalloc.stop()


def _trim_heap() -> None:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
