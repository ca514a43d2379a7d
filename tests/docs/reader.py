"""Does what a document tells its reader to do, block after block, against a served stand-in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.docs.documents import ROOT, Block, Document
from tests.docs.servers import Servers
from tests.serving import environment

__all__ = ["LOCAL", "OUTPUT", "Done", "Reader", "commands", "own_commands", "shown_by"]

LOCAL = "http://127.0.0.1:5050"
"""Where the documents say the stand-in is."""

OTHER_PORT = "http://127.0.0.1:8080"
"""Where they say that one on another port is."""

OUTPUT = ("text", "json", "diff")
"""The languages of blocks that show what the block before them prints."""

NODE_MODULES = ROOT / "tests" / "sdk" / "node" / "node_modules"
"""Where the tests of the SDKs install the one for Node."""

_LEFT_TO_THE_READER = re.compile(
    r"(?:[A-Z_]+=\S* )*(?:make|pip|docker|openssl|mockserver serve)\b"
    r"|contracts (?!.*--dry-run).*https://"
)
"""How commands begin that install or make something, run until they are ended, or would send
something to the vendor.
"""

_PATIENCE_SECONDS = 120
_PRINTS = re.compile(r"^(?:#|//)> (.*)$", re.MULTILINE)
_NAMED = re.compile(r"# ([\w.-]+\.(?:json|ya?ml|toml|py))\n")
_ELSEWHERE = ("CONTRACTS_", "GITHUB_")
"""How variables begin that tell programs of another reader, or of another shell."""


class Done(NamedTuple):
    """What came of a block; `skipped` says why nothing was done, '' when it was."""

    code: int = 0
    output: str = ""
    errors: str = ""
    skipped: str = ""


def commands(block: Block) -> list[str]:
    """The commands of a shell block, continued lines and quotations in one piece."""
    found, piece = list[str](), ""
    for line in block.text.splitlines():
        piece = f"{piece}\n{line}" if piece else line
        if not piece.endswith("\\") and piece.count("'") % 2 == 0:
            found.append(piece)
            piece = ""
    assert not piece, f"{block}: {piece!r} is not a whole command"
    return [command for command in found if command and not command.startswith("#")]


def own_commands(block: Block) -> list[str]:
    """The commands of a shell block that can be run here, to their end."""
    return [text for text in commands(block) if not _LEFT_TO_THE_READER.match(text)]


def shown_by(document: Document, block: Block) -> Block | None:
    """What `block` is said to print: by comments in it that begin `#>` or `//>`, or by the block
    that follows it with nothing in between.
    """
    if lines := _PRINTS.findall(block.text):
        return block._replace(language="text", text="\n".join(lines))
    end = block.line + block.text.count("\n") + 2
    while end < len(document.lines) and not document.lines[end]:
        end += 1
    following = [other for other in document.blocks() if other.line == end + 1]
    return following[0] if following and following[0].language in OUTPUT else None


class Reader:
    """A person with an empty folder, a shell and a stand-in at `url`; `servers` are ended later."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        bin_folder = folder / ".bin"
        bin_folder.mkdir()
        for name in ("mockserver", "contracts"):
            program = bin_folder / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name} "$@"\n')
            program.chmod(0o755)
        paths = (str(bin_folder), str(Path(sys.executable).parent), os.environ["PATH"])
        added = {"PATH": os.pathsep.join(paths), "PYTHONPATH": str(ROOT)}
        added["XDG_RUNTIME_DIR"] = str(folder)
        self.environment = {
            name: value
            for name, value in environment(added).items()
            if not name.startswith(_ELSEWHERE)
        }
        self.servers = Servers(folder, self.environment)
        self.servers.moved |= {LOCAL: url, OTHER_PORT: url}

    def does(self, block: Block) -> Done:
        """What comes of a block, whatever its language."""
        ways = {"sh": self._shell, "python": self._python, "js": self._node}
        ways |= dict.fromkeys(("yaml", "toml"), self._file)
        way = self._file if _NAMED.match(block.text) else ways.get(block.language)
        return Done(skipped="nothing to do") if way is None else way(block)

    def _shell(self, block: Block) -> Done:
        mine = [text for text in own_commands(block) if not self.servers.takes(text)]
        if any("curl " in text for text in mine) and shutil.which("curl") is None:
            return Done(skipped="curl is not installed")
        script = "\n".join(mine).replace(
            "mockserver fixtures export", f"mockserver fixtures export --url {LOCAL}"
        )
        return self._run("sh", "-e", "-c", self._moved(script))

    def _python(self, block: Block) -> Done:
        prelude = ""
        if "CandidApiClientEnvironment.LOCAL" in block.text:
            prelude = f"import candid\ncandid.{_PYTHON_LOCAL} = {self.url!r}\n"
        script = self.folder / "snippet.py"
        script.write_text(prelude + self._moved(block.text), encoding="utf-8")
        return self._run(sys.executable, script.name)

    def _node(self, block: Block) -> Done:
        if shutil.which("node") is None:
            return Done(skipped="Node is not installed")
        if not (NODE_MODULES / "candidhealth").is_dir():
            return Done(skipped="the Node SDK is not there until tests/sdk has run")
        if "expect(" in block.text:
            return Done(skipped="it is for Jest, which no test installs")
        modules = self.folder / "node_modules"
        if not modules.exists():
            modules.symlink_to(NODE_MODULES, target_is_directory=True)
        text = self._moved(block.text)
        if "CandidApiEnvironment.Local" in text:
            moved = f"CandidApiEnvironment.Local.candidApi = {self.url!r};\n"
            text = text.replace("\n\n", f"\n{moved}\n", 1)
        script = self.folder / "snippet.mjs"
        script.write_text(text, encoding="utf-8")
        return self._run("node", script.name)

    def _file(self, block: Block) -> Done:
        named = _NAMED.match(block.text)
        if named is None:
            return Done(skipped="not a file")
        (self.folder / named[1]).write_text(self._moved(block.text) + "\n", encoding="utf-8")
        return Done()

    def _moved(self, text: str) -> str:
        """The text with the real address in the place of each that a document shows."""
        for shown, real in self.servers.moved.items():
            text = text.replace(shown, real)
        return text

    def _run(self, *command: str) -> Done:
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        output = ended.stdout.replace("\r\n", "\n")
        for shown, real in self.servers.moved.items():
            output = output.replace(real, shown)
        return Done(ended.returncode, output, ended.stderr)


_PYTHON_LOCAL = "CandidApiClientEnvironment.LOCAL.candid_api"
