"""Runs an app's coroutine: stepped by hand as long as it never waits, then by an event loop.

An app that never waits pays for no loop. One that does finds what it would find in any server: a
running loop and a current task from its first step on, and the same loop at each request.
"""

import asyncio
import atexit
from asyncio import _enter_task, _get_running_loop, _leave_task, _set_running_loop
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from typing import Any

Run = Coroutine[Any, Any, None]
_GRACE_SECONDS = 1.0
"""How long what is cancelled may take to end."""


class TooSlow(Exception):
    """The coroutine did not end in time."""


def run(coroutine: Run, timeout: float) -> None:
    """Run a coroutine to its end.

    Args:
        coroutine: not started yet.
        timeout: seconds that it may wait.

    Raises:
        TooSlow: it waits longer.
        Exception: whatever it raises.
    """
    stepper = _taken()
    try:
        stepper.run(coroutine, timeout)
    except BaseException as error:
        if isinstance(error, TooSlow) or not isinstance(error, Exception):
            stepper.close()
        else:
            _idle.append(stepper)
        raise
    _idle.append(stepper)


def _taken() -> "_Stepper":
    """The stepper used last, so that an app keeps its loop; another one within its calls."""
    try:
        return _idle.pop()
    except IndexError:
        return _Stepper()


@contextmanager
def _no_loop_running() -> Iterator[None]:
    """Let a loop run though the caller may be called from another one."""
    outer = _get_running_loop()
    _set_running_loop(None)
    try:
        yield
    finally:
        _set_running_loop(outer)


class _Loop(asyncio.SelectorEventLoop):
    """A loop that knows whether it was asked for anything since it last ran."""

    is_asked = False

    def call_soon(self, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        self.is_asked = True
        return super().call_soon(*args, **options)

    def call_at(self, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        self.is_asked = True
        return super().call_at(*args, **options)


class _Stepper:
    """A loop, and a task of it in whose name a coroutine is stepped."""

    def __init__(self) -> None:
        self._loop = _Loop()
        self._renew()

    def _renew(self) -> None:
        self._handed = _Handed()
        self._task = self._loop.create_task(self._handed)
        # Tasks that an app left behind go on after the next request.
        self._loop.is_asked = len(asyncio.all_tasks(self._loop)) > 1

    def run(self, coroutine: Run, timeout: float) -> None:
        """Step a coroutine until it ends or waits; in that case the loop goes on with it."""
        context, ended, waits_for = copy_context(), False, None
        loop, task, outer = self._loop, self._task, _get_running_loop()
        _set_running_loop(loop)
        _enter_task(loop, task)
        try:
            waits_for = context.run(coroutine.send, None)
        except StopIteration:
            ended = True
        finally:
            _leave_task(loop, task)
            _set_running_loop(outer)
        if not ended:
            self._handed.take(coroutine, context, waits_for)
            self._finish(timeout)
        elif loop.is_asked:
            self._run_what_is_left()

    def _finish(self, timeout: float) -> None:
        task = self._task
        with _no_loop_running():
            done, _ = self._loop.run_until_complete(asyncio.wait({task}, timeout=timeout))
        if not done:
            raise TooSlow
        self._renew()
        if task.cancelled():
            raise RuntimeError("the app was cancelled")
        task.result()

    def _run_what_is_left(self) -> None:
        """Let tasks that the app did not wait for take a step, as they would between requests."""
        with _no_loop_running():
            self._loop.run_until_complete(asyncio.sleep(0))
        self._renew()

    def close(self) -> None:
        """Cancel what runs in the loop, and close it."""
        with _no_loop_running():
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            if left:
                self._loop.run_until_complete(asyncio.wait(left, timeout=_GRACE_SECONDS))
            for task in asyncio.all_tasks(self._loop):
                # What does not end when it is cancelled has been reported as too slow.
                task._log_destroy_pending = False  # type: ignore[attr-defined]
            self._loop.close()


class _Handed(Run):
    """A coroutine that goes on in the middle of another, and first waits for what that waits for.

    Until it takes one it is empty.
    """

    def __init__(self) -> None:
        self._send: Callable[..., Any] = _end
        self._throw: Callable[..., Any] = _end

    def take(self, coroutine: Run, context: Context, waits_for: Any) -> None:
        """Go on with a coroutine, in its context."""

        def first(_value: Any) -> Any:
            self._send = go_on
            return waits_for

        def go_on(value: Any) -> Any:
            return context.run(coroutine.send, value)

        def throw(*error: Any) -> Any:
            self._send = go_on
            return context.run(coroutine.throw, *error)

        self._send, self._throw = first, throw

    def send(self, value: Any) -> Any:
        return self._send(value)

    def throw(self, *error: Any) -> Any:
        return self._throw(*error)

    def close(self) -> None:
        """Nothing to close: the app's coroutine belongs to its caller."""

    def __await__(self) -> Any:
        raise TypeError("only a task runs this")


def _end(*_: Any) -> Any:
    raise StopIteration


_idle: list[_Stepper] = []


@atexit.register
def _close_all() -> None:
    while _idle:
        _idle.pop().close()
