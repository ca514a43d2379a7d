"""A pipe or a device keeps nobody waiting, and a file is written whole or stays as it was."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mockserver import Settings, create_app
from mockserver.errors import MockserverError
from mockserver.files import read_regular, replace_file
from tests.cli.commands import invoke

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")


def a_socket(path: Path) -> None:
    """Leave a socket at the path."""
    with closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(str(path))


MADE: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "socket": a_socket,
    "folder": Path.mkdir,
}


@pytest.fixture(params=MADE)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The path of what is no regular file, under a fixture's name."""
    found = tmp_path / "odd.json"
    MADE[request.param](found)
    return found


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    """A file, or a link to one, is read whole."""
    (tmp_path / "file").write_bytes(b"content" * 100_000)
    (tmp_path / "link").symlink_to("file")
    assert read_regular(tmp_path / "link") == b"content" * 100_000


def test_anything_else_is_refused(path: Path) -> None:
    """It is refused at once, with the reason."""
    with pytest.raises(OSError, match=r"it is no regular file|Is a directory|No such device"):
        read_regular(path)


def test_settings_name_no_such_file(path: Path) -> None:
    """An app is not made, and the message has the path."""
    for settings in (Settings(fixture=str(path)), Settings(signing_key=str(path))):
        with pytest.raises(MockserverError, match=f"{path}.* cannot be read: "):
            create_app(settings)


def test_no_command_reads_it(path: Path) -> None:
    """`fixtures validate` tells it as it tells a file with errors."""
    result = invoke("fixtures", "validate", str(path))
    assert result.exit_code == 2
    assert f"{path}: $: " in result.stderr
    assert " cannot be read: " in result.stderr


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """A new file, one that was there, and one behind a link hold what was written."""
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "old").chmod(0o640)
    (tmp_path / "link").symlink_to("old")
    replace_file(tmp_path / "new", [b"fir", b"st"])
    replace_file(tmp_path / "link", [b"second"])
    assert (tmp_path / "new").read_bytes() == b"first"
    assert (tmp_path / "old").read_bytes() == b"second"
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "old").stat().st_mode & 0o777 == 0o640
    assert {each.name for each in tmp_path.iterdir()} == {"old", "new", "link"}


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space"), KeyboardInterrupt()])
def test_a_file_that_is_not_written_to_its_end_stays_as_it_was(
    tmp_path: Path, error: BaseException
) -> None:
    """A disk that fills up, or a signal, leaves the old content, and nothing beside it."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def content() -> Iterator[bytes]:
        yield b"ne"
        raise error

    with pytest.raises(type(error)):
        replace_file(path, content())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
