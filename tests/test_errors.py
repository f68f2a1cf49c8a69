"""Errors: one root, close matches, nothing that only a programmer could read."""

from __future__ import annotations

import pytest

from salesanalysis.core import errors


def test_one_root_catches_all_and_builtin_kinds_still_fit():
    for name in ("InvalidInput", "UnknownName", "MissingData", "DataProblem", "CannotWrite"):
        assert issubclass(getattr(errors, name), errors.SalesAnalysisError)
    assert issubclass(errors.InvalidInput, ValueError)
    assert issubclass(errors.UnknownName, KeyError)
    assert issubclass(errors.CannotWrite, OSError)


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("win_rat", ["win_rate", "calls"], " Did you mean win_rate?"),
        ("WIN_RATE", ["win_rate", "calls"], " Did you mean win_rate?"),
        ("zzz", ["win_rate", "calls"], " Known: win_rate, calls."),
        (
            "zzz",
            [f"k{i}" for i in range(14)],
            " Known: k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11 and 2 more.",
        ),
        ("zzz", [], ""),
    ],
)
def test_close_matches_are_named(name, known, said):
    assert errors.did_you_mean(name, known) == said


def test_at_most_three_matches():
    said = errors.did_you_mean("rep", ["rep1", "rep2", "rep3", "rep4"])
    assert said.count(" or ") == 2


def test_messages_show_without_quotes_or_numbers_of_builtin_errors():
    assert (
        str(errors.unknown("KPI", "win_rat", ["win_rate"])) == "Unknown KPI 'win_rat'. Did you mean win_rate?"
    )
    assert str(errors.unknown("column", "nam", ["name"], where="reps")).startswith(
        "Unknown column 'nam' in reps."
    )
    assert str(errors.CannotWrite("No room.")) == "No room."
