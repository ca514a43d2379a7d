"""Reads the files that settings name; one that could keep its reader waiting is refused."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

__all__ = ["read_regular"]


def read_regular(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError, for a pipe, a device or a socket too."""
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read()


def _at_once(path: str, flags: int) -> int:
    """Open the file without waiting for a writer, as a pipe would have it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
