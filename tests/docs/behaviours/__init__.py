"""Everything that the stand-in does where no rule decides, a function each.

Its name is the id of the row in docs/fidelity.md, its docstring the row's words, its body the
proof.
"""

from __future__ import annotations

from tests.docs.behaviours.answers import ANSWERS
from tests.docs.behaviours.bodies import BODIES
from tests.docs.behaviours.instants import INSTANTS
from tests.docs.behaviours.lists import LISTS
from tests.docs.behaviours.tokens import TOKENS

__all__ = ["ALL", "ANSWERS", "BODIES", "INSTANTS", "LISTS", "TOKENS"]

ALL = (*LISTS, *BODIES, *INSTANTS, *ANSWERS, *TOKENS)
