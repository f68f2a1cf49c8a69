"""Every KPI on random companies equals what plain loops over the rows give, written from the definitions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd
import pytest
from kpi_oracle import ORACLES
from kpi_oracle_base import Company, Fact, tally
from kpi_oracle_company import AS_OF, CLIENTS, company, later

import salesanalysis as sa
from salesanalysis.data import load
from salesanalysis.kpi import KPIS

#: KPIs that have no oracle yet.
MISSING: set[str] = set()
#: How each company is looked at: reps by month, teams by quarter of the fiscal year, all at once.
LOOKS = {
    "rep_id": ("2026-01-01..2026-08-31", "month"),
    "team": ("2025-11-01..2026-10-31", "quarter"),
    "": ("2025-07-01..2026-08-10", None),
}


@dataclass(eq=False)
class Checked:
    """A company as the package sees it and as the oracle does; panels are made once for all KPIs."""

    crm: sa.Crm
    oracle: Company

    def __post_init__(self) -> None:
        self.facts = cache(self._facts)
        self.panel = cache(self._panel)

    def _panel(self, by: str) -> tuple[pd.DataFrame, list[tuple[str, date, date]]]:
        period, grain = LOOKS[by]
        found = sa.panel(self.crm, list(KPIS), period, by=by or (), grain=grain)
        spans = [(p.label, p.start, p.last_day) for p in found.periods]
        return found.kpis.set_index("kpi"), spans

    def _facts(self, quantity, first: date, last: date) -> list[Fact]:
        return list(quantity(self.oracle, first, min(last, AS_OF)))

    def sums(self, name: str, by: str, first: date, last: date) -> list[dict[str | None, float]]:
        """Return what the oracle counts for a KPI in a period, by group."""

        def group(fact: Fact) -> str | None:
            if by == "team":
                return self.oracle.attribute(fact.rep, fact.day, "team")
            return fact.rep if by else None

        return [tally(self.facts(q, first, last), group) for q in ORACLES[name].quantities]

    def value_of(self, name: str, sums: list[float]) -> tuple[float, float, float]:
        """Return estimate, numerator and base; a total has no base."""
        return ORACLES[name].value(sums), sums[0], sums[1] if ORACLES[name].base else math.nan

    def wanted(self, name: str, by: str) -> dict[tuple, tuple[float, float, float]]:
        """Return the oracle's estimate, numerator and base by group and period."""
        found = {}
        for label, first, last in self.panel(by)[1]:
            parts = self.sums(name, by, first, last)
            for group in {g for part in parts for g in part}:
                found[group, label] = self.value_of(name, [part.get(group, 0.0) for part in parts])
        return found

    def given(self, name: str, by: str) -> dict[tuple, tuple[float, float, float]]:
        """Return the package's."""
        rows = self.panel(by)[0].loc[[name]]
        groups = [None if pd.isna(g) else g for g in rows[by]] if by else [None] * len(rows)
        values = rows[["estimate", "numerator", "base"]].astype("float64").itertuples(index=False, name=None)
        return dict(zip(zip(groups, rows["period"], strict=True), values, strict=True))


def checked(sort: str, seed: int, put=lambda frames: frames) -> Checked:
    """Load a random company, with rows from after its last day, and give the oracle what it should know."""
    frames = company(sort, seed)
    crm = load(put(later(frames)), CLIENTS[sort])
    known = {name: crm.frame(name) for name in crm.tables}
    assert {n: len(f) for n, f in known.items()} == {n: len(f) for n, f in frames.items()}
    return Checked(crm, Company(known, crm.client, crm.as_of))


def alike(right: float, said: float) -> bool:
    """Tell whether two values are the same up to the last digits of a sum; missing is like missing."""
    if math.isnan(right) or math.isnan(said):
        return math.isnan(right) and math.isnan(said)
    return math.isclose(right, said, rel_tol=1e-9, abs_tol=1e-6)


def differences(one: Checked, name: str, by: str) -> list[str]:
    """Say where oracle and package disagree; in a group that only one of them has, nothing happened."""
    wanted, given = one.wanted(name, by), one.given(name, by)
    nothing = one.value_of(name, [0.0] * len(ORACLES[name].quantities))
    found = []
    for key in sorted({*wanted, *given}, key=str):
        both = zip(wanted.get(key, nothing), given.get(key, nothing), strict=True)
        for what, (right, said) in zip(("estimate", "numerator", "base"), both, strict=True):
            if not alike(right, said):
                found.append(
                    f"{name} by {by or 'nothing'}, {key}: {what} is {right} by the oracle, not {said}"
                )
    return found


@pytest.fixture(scope="module")
def companies() -> dict[str, Checked]:
    return {"wide": checked("wide", 13), "bare": checked("bare", 2)}


def test_every_kpi_has_an_oracle():
    assert set(KPIS) - set(ORACLES) == MISSING
    assert set(ORACLES) <= set(KPIS)


@pytest.mark.parametrize("name", [name for name in KPIS if name not in MISSING])
def test_kpi_equals_the_oracle(companies, name):
    looks = [(one, by) for one in companies.values() for by in LOOKS]
    found = [d for one, by in looks[:-1] for d in differences(one, name, by)]  # one whole company is enough
    assert not found, "\n".join([f"{len(found)} differences", *found[:8]])


@pytest.mark.slow
@pytest.mark.parametrize("sort", CLIENTS)
def test_every_kpi_equals_the_oracle_in_a_database(place, sort):
    one = checked(sort, 3, place)
    found = [d for name in ORACLES for d in differences(one, name, "team")]
    assert not found, "\n".join([f"{len(found)} differences", *found[:20]])
