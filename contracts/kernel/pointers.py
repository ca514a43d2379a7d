"""What scripts read off answers: each value by its JSON pointer, or a Breach that names it."""

from typing import Any

from contracts.kernel.exchange import Exchange, shown
from contracts.kernel.expect import succeeded
from contracts.kernel.law import Breach
from contracts.model import ID
from contracts.model.match import ABSENT

Path = tuple[str | int, ...]
Json = dict[str, Any]


def value(answer: Any, *path: str | int) -> Any:
    """What stands at a path of an answer, or `ABSENT`; whatever lies around it must be there."""
    found = answer
    for depth, step in enumerate(path):
        if isinstance(step, str):
            found = _inside(dict, answer, path[:depth], found).get(step, ABSENT)
        else:
            rows = _inside(list, answer, path[:depth], found)
            found = rows[step] if step < len(rows) else ABSENT
    return found


def text(answer: Any, *path: str | int) -> str:
    """The text at a path of an answer."""
    return str(_of(str, answer, path))


def whole(answer: Any, *path: str | int) -> Json:
    """The object at a path of an answer."""
    return dict(_of(dict, answer, path))


def parts(answer: Any, *path: str | int) -> list[Any]:
    """The list at a path of an answer."""
    return list(_of(list, answer, path))


def column(page: Exchange, name: str) -> list[Any]:
    """One member of each row of a page, in order."""
    return [value(page.answer, "items", index, name) for index in range(_rows(page))]


def ids(page: Exchange) -> list[str]:
    """The ids of a page's rows, in order."""
    return [text(page.answer, "items", index, ID) for index in range(_rows(page))]


def rows_of(page: Exchange, refund_id: str) -> list[Json]:
    """The rows of a page that have an id."""
    return [row for row in page.items if isinstance(row, dict) and row.get(ID) == refund_id]


def _rows(page: Exchange) -> int:
    return len(parts(succeeded(page), "items"))


def pointer(path: Path) -> str:
    """A path as a JSON pointer."""
    return "".join(f"/{step}" for step in path)


def _of(kind: type, answer: Any, path: Path) -> Any:
    return _inside(kind, answer, path, value(answer, *path))


def _inside(kind: type, answer: Any, path: Path, found: Any) -> Any:
    if isinstance(found, kind):
        return found
    at = pointer(path)
    due = f"{at}, {_KINDS[kind]}" if at else f"{_KINDS[kind]} as the answer"
    raise Breach(due, shown(found), about=answer)


_KINDS: dict[type, str] = {str: "a text", dict: "an object", list: "a list"}
