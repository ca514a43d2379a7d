"""Files that settings name are regular ones: a pipe or a device keeps nobody waiting."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mockserver import Settings, create_app
from mockserver.errors import MockserverError
from mockserver.files import read_regular
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


@pytest.mark.parametrize("setting", ["fixture", "signing_key"])
def test_settings_name_no_such_file(path: Path, setting: str) -> None:
    """An app is not made, and the message has the path."""
    with pytest.raises(MockserverError, match=f"{path}.* cannot be read: "):
        create_app(Settings(**{setting: str(path)}))


def test_no_command_reads_it(path: Path) -> None:
    """`fixtures validate` tells it as it tells a file with errors."""
    result = invoke("fixtures", "validate", str(path))
    assert result.exit_code == 2
    assert f"{path}: $: " in result.stderr
    assert " cannot be read: " in result.stderr
