"""Keeps Hypothesis apart from the process that it runs in, so that the seed alone decides."""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from unittest.mock import patch

from hypothesis import configuration
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants


@contextmanager
def isolated() -> Iterator[None]:
    """Let Hypothesis store nothing in the working folder, and draw no constants of loaded modules.

    It reads constants from modules outside `site-packages`. Which of those are loaded differs
    between an editable and another install, and between the processes of one run.
    """
    before = configuration.storage_directory(intent_to_write=False).home_directory
    none = Constants()
    with TemporaryDirectory() as folder, patch.object(providers, "_get_local_constants") as read:
        read.return_value = none
        providers.CONSTANTS_CACHE.cache.clear()
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)
            providers.CONSTANTS_CACHE.cache.clear()
