"""The time of servers that cache: only waiting moves it, so that a proof waits for nothing."""

_seconds = [0.0]


def now() -> float:
    """Seconds that only grow."""
    return _seconds[0]


def wait(seconds: float) -> None:
    """Let time pass."""
    _seconds[0] += seconds
