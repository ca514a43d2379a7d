"""Reads regular files only, as another could keep its reader waiting, and replaces files whole."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

__all__ = ["read_regular", "replace_file"]


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError, for a pipe, a device or a socket too."""
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read()


def _at_once(path: str, flags: int) -> int:
    """Open the file without waiting for a writer, as a pipe would have it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def replace_file(path: Path, content: Iterable[bytes]) -> None:
    """Write a file piece by piece; it holds its old content until the new one is whole.

    What is no regular file is written to as it is, and so is a file in a folder that takes no
    other. Raises OSError.
    """
    whole = path.resolve()
    if whole.exists() and not (whole.is_file() and os.access(whole.parent, os.W_OK)):
        with whole.open("wb") as file:
            file.writelines(content)
        return
    beside = whole.with_name(f".{whole.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.writelines(content)
        if whole.exists():
            beside.chmod(whole.stat().st_mode & 0o777)
        beside.replace(whole)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
