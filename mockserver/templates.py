"""What worlds start as: fixtures with their faults, kept for those who name them over HTTP."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from mockserver.control.aside import Aside
from mockserver.errors import SettingsError, shown
from mockserver.fixtures.building import is_source, template_of
from mockserver.fixtures.catalog import SUFFIXES, folder, locate, names
from mockserver.fixtures.collector import collector_paused
from mockserver.fixtures.errors import FixtureError
from mockserver.fixtures.loading import generated_template, load
from mockserver.fixtures.reading import parse
from mockserver.fixtures.shapes import FixtureFile
from mockserver.rules import BY_ID
from mockserver.settings import Settings
from mockserver.state.world import Template
from mockserver.state.worlds import Worlds
from mockserver.steering.documents import Vocabulary, read_faults, read_flag

__all__ = ["LARGE_BYTES", "LONGEST_NAME", "MOST_TEMPLATES", "Templates", "bare_template"]

SENT, IMPORTED = "the body", "imported"
"""What a fixture that is sent is called, in messages and as that of its world."""

MOST_TEMPLATES = 8
MOST_PLACES = 5
LONGEST_NAME = 4_096
"""How many characters the name or path of a fixture may have over HTTP."""

LARGE_BYTES = 1_048_576
"""How large a fixture's file may be to be read at once, while other requests wait."""


def bare_template(settings: Settings) -> Template:
    """What worlds start as unless they ask for another fixture, without its faults."""
    if settings.refunds is None:
        return load(settings.fixture, settings)
    if settings.watch:
        raise SettingsError(
            f"refunds {settings.refunds} are generated, so there is no file to watch; leave out"
            " watch, or write them to a file with `mockserver fixtures generate`"
        )
    return generated_template(settings.refunds, settings)


class Templates:
    """The templates of one stand-in; `known` says what their faults can name.

    The template that worlds start as is that of `worlds`.
    """

    def __init__(self, settings: Settings, worlds: Worlds, known: Vocabulary, aside: Aside) -> None:
        self.settings = settings
        self.worlds = worlds
        self.known = known
        self.aside = aside
        self.flag_faults = tuple(read_flag(text, known) for text in settings.fault)
        self.own_file = str(locate(settings.fixture))
        self._kept: dict[Path, tuple[int, int, Template]] = {}

    def own(self) -> Template:
        """What worlds start as unless they ask for another fixture, read anew."""
        return self.with_faults(bare_template(self.settings), self.own_file)

    def named(self, fixture: str) -> Template:
        """What worlds over the fixture of this name or path start as."""
        return self.with_faults(load(fixture, self.settings), str(locate(fixture)))

    @collector_paused()
    def sent(self, body: bytes) -> Template:
        """The same for a fixture that is sent as JSON. Raises FixtureError."""
        fixture = parse(body, SENT, BY_ID)
        return self.with_faults(template_of(IMPORTED, fixture, self.settings), SENT)

    def saved(self, name: str, fixture: FixtureFile) -> Template:
        """The same for a fixture of a state file; one that is as it was is not kept twice."""
        own = self.worlds.template
        if name == own.fixture and is_source(fixture, own):
            return own
        return self.with_faults(template_of(name, fixture, self.settings), name)

    def with_faults(self, template: Template, file: str) -> Template:
        """The template with the faults of `--fault` and of its own file."""
        faults = read_faults(template.organization.source.faults, self.known, file)
        return replace(template, flag_faults=self.flag_faults, faults=faults)

    async def shared(self, fixture: str) -> Template:
        """The same for who asks over HTTP, read once for as long as the file does not change.

        Raises SettingsError for what is no regular file with a fixture's suffix, or not below the
        folder for such files or too large, and for a fixture that cannot be used.
        """
        if len(fixture) > LONGEST_NAME:
            told = f"fixture {shown(fixture)} has {len(fixture)} characters"
            raise SettingsError(f"{told}; expected at most {LONGEST_NAME}")
        path = locate(fixture)
        is_own = os.fspath(path) == self.own_file
        if is_own and self.settings.refunds is None:
            return self.worlds.template
        path = self._allowed(fixture, path)
        found = path.stat()
        changed, size = found.st_mtime_ns, found.st_size
        most = self.settings.max_fixture_bytes
        if size > most:
            told = f"fixture {shown(fixture)} has {size} bytes"
            raise SettingsError(f"{told}; expected at most {most} (--max-fixture-bytes)")
        kept = self._kept.pop(path, None)
        if kept is None or kept[:2] != (changed, size):
            read = partial(self._unquoted, fixture)
            kept = changed, size, await self.aside(read, is_long=size > LARGE_BYTES)
        self._kept.pop(path, None)
        self._kept[path] = kept
        while len(self._kept) > MOST_TEMPLATES or self.kept_bytes() > most:
            del self._kept[next(iter(self._kept))]
        return kept[2]

    def kept_bytes(self) -> int:
        """How large the files are together whose templates are kept."""
        return sum(size for _, size, _ in self._kept.values())

    def _allowed(self, fixture: str, path: Path) -> Path:
        """The file itself, where links lead, if it may be named over HTTP."""
        beside = self.settings.fixtures_dir or locate(self.settings.fixture).resolve().parent
        folders = [folder().resolve(), Path(beside).resolve()]
        named = f"fixture {shown(fixture)} is no file that ends in {', '.join(SUFFIXES)}"
        told = f"{named} below {folders[1]} (--fixtures-dir); shipped are {', '.join(names())}"
        if "\0" in fixture:
            raise SettingsError(told)
        try:
            path = path.resolve()
            is_below = any(path.is_relative_to(each) for each in folders)
            if is_below and path.suffix.lower() in SUFFIXES and path.is_file():
                return path
        except OSError:
            pass
        raise SettingsError(told)

    def _unquoted(self, fixture: str) -> Template:
        """The template, or a SettingsError that says where the file is wrong and quotes nothing."""
        try:
            return self.named(fixture)
        except FixtureError as error:
            places = ", ".join(problem.path for problem in error.problems[:MOST_PLACES])
            advice = "`mockserver fixtures validate` with this file says why"
            told = f"fixture {shown(fixture)} cannot be used: see {places}; {advice}"
            raise SettingsError(told) from None
