"""Broken files and settings are used or refused in our own words: no traceback, no hang, no row lost."""

from __future__ import annotations

from collections import Counter

import fuzz
import pytest

#: Inputs of each kind: always, with the slow tests, and with --full (100,000 in all).
COUNTS = {
    **dict.fromkeys(("csv", "json", "xlsx", "parquet", "frames", "by settings"), (1, 3, 500)),
    "client": (25, 60, 30_000),
    "plan": (40, 60, 30_000),
    "batch": (25, 100, 15_000),
    "playbook": (40, 100, 22_000),
}
#: Numbers of inputs that once were no refusal but an error of some library.
ONCE = [
    *(("parquet", 46), ("parquet", 70), ("xlsx", 153), ("frames", 3), ("frames", 12), ("frames", 15)),
    *(("frames", 182), ("client", 18_191), ("batch", 11_616)),
]


@pytest.mark.parametrize("kind", COUNTS)
def test_a_few_broken_inputs(kind):
    tried(kind, COUNTS[kind][0], first=10**6)


@pytest.mark.slow
@pytest.mark.parametrize("kind", COUNTS)
def test_broken_inputs(kind, full):
    tried(kind, COUNTS[kind][2 if full else 1])


@pytest.mark.parametrize(("kind", "number"), ONCE)
def test_what_was_an_error_once(kind, number):
    assert fuzz.one(kind, number)


def tried(kind: str, count: int, first: int = 0) -> None:
    found: Counter[str] = Counter()
    for number in range(first, first + count):
        try:
            found += fuzz.one(kind, number)
        except Exception as error:
            raise AssertionError(f"input {number} of kind '{kind}': {error!r}") from error
    assert count < 30 or len(found) > 1, f"all {kind} inputs were {set(found)}: nothing much was tried"
