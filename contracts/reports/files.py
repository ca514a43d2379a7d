"""Replaces a file whole: however the writing ends, it holds the old text or the new one."""

from contextlib import suppress
from pathlib import Path
from uuid import uuid4


def is_replaceable(path: Path) -> bool:
    """Whether a path names a file, or nothing yet; not a device or a pipe."""
    return path.is_file() or not path.exists()


def replace_file(path: Path, text: str) -> None:
    """Write a file as UTF-8; missing folders are made, and a link stays a link.

    What is no file is written to as it is, and so is a file in a folder where none can be made.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not is_replaceable(path):
        path.write_bytes(text.encode())
        return
    whole = path.resolve()
    beside = whole.with_name(f".{uuid4().hex[:12]}.tmp")
    try:
        beside.touch()
    except OSError:
        path.write_bytes(text.encode())
        return
    try:
        beside.write_bytes(text.encode())
        if whole.exists():
            beside.chmod(whole.stat().st_mode & 0o777)
        beside.replace(whole)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
