"""Deep JSON is read the same on every Python: good beyond a bound is doubtful, bad is refused."""

import json
from random import Random

import pytest

from contracts.model.body import DEEPEST, Body, read_body


def nested(depth: int, inner: str = "1") -> bytes:
    """An object in an object, so many of them."""
    return ('{"a":' * depth + inner + "}" * depth).encode()


@pytest.mark.parametrize("depth", [1, 31, 32, 33, DEEPEST])
def test_up_to_the_bound_all_is_clear(depth: int) -> None:
    """The value is the whole of it, without a doubt."""
    assert read_body(nested(depth)) == Body(json.loads(nested(depth)))


@pytest.mark.parametrize("depth", [DEEPEST + 1, 96, 97, 990, 2_000, 100_000])
def test_beyond_it_both_answers_are_right(depth: int) -> None:
    """Also where the decoder of this Python could not go so deep."""
    found = read_body(nested(depth))
    assert found.doubtful
    assert found.value is not None
    assert found.value.keys() == {"a"}


@pytest.mark.parametrize("inner", ["", "[", "]", "}", "1,", '"', "1 1", "NaN", '"\\ud800"', "1[]"])
@pytest.mark.parametrize("depth", [65, 96, 2_000])
def test_what_is_no_json_is_refused_at_any_depth(depth: int, inner: str) -> None:
    """A fault at the bottom counts as one at the top."""
    assert read_body(nested(depth, inner)) == Body(None)


@pytest.mark.parametrize("text", ["[" * 2_000, '{"a":' * 2_000, "[" * 99 + "}" * 99, "]" * 99])
def test_brackets_that_do_not_pair_are_refused(text: str) -> None:
    """However many there are."""
    assert read_body(text.encode()) == Body(None)


def test_brackets_in_strings_do_not_count() -> None:
    """Nor do escaped quotes end a string."""
    body = json.dumps({"a": '\\"[{' * 200, '[{"' * 50: ["]}" * 99]}).encode()
    assert read_body(body) == Body(json.loads(body))


def test_folding_agrees_with_the_decoder() -> None:
    """On texts that this Python can read whole, good ones and those with one sign changed."""
    random = Random(1)
    for _ in range(300):
        text = '{"k":' + _deep(random, random.randrange(65, 150)) + "}"
        if random.random() < 0.7:
            at = random.randrange(len(text))
            text = text[:at] + random.choice(["", *'[]{}",:1']) + text[at + 1 :]
        assert (read_body(text.encode()).value is not None) == _is_object(text), text


def _deep(random: Random, depth: int) -> str:
    if not depth:
        return random.choice(("1", '"x]"', '"\\"[{"', "null", "[]"))
    inner = _deep(random, depth - 1)
    return random.choice((f"[{inner}]", f'{{"b]":{inner}}}', f"[1,{inner}]", f"[{inner},{{}}]"))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
