"""Test one of four: can a KPI be measured in this data? A verdict, a score, and the parts it is made of."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from ..core.crm import Crm
from ..data import QualityResult, ValidationResult, quality, validate
from ..kpi import KPIS, CoverageResult, Kpi, Recorded, Registry, coverage, customer_rule, kinds, recorded
from .questions import ENOUGH

#: The parts of the score, in the order in which a tie names the reason.
PARTS = ("completeness", "timeliness", "coverage", "integrity")
COLUMNS = ("kpi", "verdict", "score", "at_most", *PARTS, "reason", "missing", "value", "n", "export")
#: Habits that say how timely a column is: the share of rows for which they do not hold.
CLOCKS = {"activities.occurred_on": "logged_late", "opportunities.expected_close_on": "expected_close_passed"}
#: Series of all kinds of activity together.
_ALL = "all"
#: Tables that show whether somebody was at work: silent weeks are judged by them.
_WORK = ("reps", "absences", "rep_history", "activities", "opportunities", "stage_history", "contracts")


@dataclass(frozen=True)
class Evidence:
    """What was found about the data, looked up once for all KPIs."""

    crm: Crm
    coverage: CoverageResult
    quality: QualityResult
    recorded: dict[str, Recorded]
    complete: dict[str, float]
    late: dict[str, float]
    faults: tuple[tuple[str, float], ...]

    @classmethod
    def of(
        cls, crm: Crm, coverage: CoverageResult, quality: QualityResult, validation: ValidationResult
    ) -> Evidence:
        """Look at how the events of each KPI that can be computed are recorded."""
        able = [KPIS[name] for name in coverage.kpis("computable")]
        fields, habits = quality.table, quality.habits
        return cls(
            crm,
            coverage,
            quality,
            recorded(crm, able) if able else {},
            dict(zip(fields["table"] + "." + fields["column"], fields["complete"])),
            dict(zip(habits["term"], habits["estimate"])),
            _faults(crm, quality, validation),
        )


def measurable(found: Evidence) -> pd.DataFrame:
    """Return one row per KPI of the registry: `COLUMNS`.

    Verdicts: ``computable``; ``partly`` (`reason`: the weakest part, or ``shift``, ``too_few``); ``not``
    (`reason`: ``missing`` columns, or ``nothing_recorded``). `missing` names the columns that lack, or the
    field, table or kind that the reason is about; `value` is its share. With `at_most` a part of the score
    cannot be told and the score is the highest that it can be.
    """
    rows = [_row(found, row) for row in found.coverage.table.to_dict("records")]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def measurable_of(crm: Crm, kpis: Iterable[Kpi]) -> pd.DataFrame:
    """Return the rows of `measurable` for some KPIs, at the price of the tables they are read from.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> measurable_of(sa.sample(), [sa.KPIS["calls"]])["verdict"].tolist()
    ['computable']
    """
    asked = {kpi.name: kpi for kpi in kpis}
    # A reading such as rep_retention.seed is registered behind its KPI only.
    whole = {name: KPIS[name] for name in (k.variant_of for k in asked.values()) if name}
    covered = coverage(crm, Registry((whole | asked).values()))
    covered = replace(covered, table=covered.table[covered.table["kpi"].isin(list(asked))])
    rule = customer_rule(crm.tables, crm.client)
    read = {need.partition(".")[0] for kpi in asked.values() for need in kpi.needs_in(rule)} | set(_WORK)
    tables = {name: table for name, table in crm.tables.items() if name in read}
    looked = quality(replace(crm, tables=MappingProxyType(tables)))
    return measurable(Evidence.of(crm, covered, looked, validate(crm)))


def _row(found: Evidence, row: dict[str, object]) -> dict[str, object]:
    empty = dict.fromkeys((*PARTS, "value"), math.nan)
    base = {"kpi": row["kpi"], **empty, "at_most": False, "missing": row["missing"]}
    base |= {"n": row["n"], "export": row["export"]}
    if row["verdict"] != "computable":
        return {**base, "verdict": "not", "score": 0.0, "reason": row["verdict"]}
    kpi = KPIS[str(row["kpi"])]
    needs = kpi.needs_in(customer_rule(found.crm.tables, found.crm.client))
    judged = {
        "completeness": _completeness(found, kpi, needs),
        "timeliness": _timeliness(found, needs),
        "coverage": _coverage(found, kpi, needs),
        "integrity": _integrity(found, needs),
    }
    parts = {name: share for name, (share, _, _) in judged.items()}
    score = 100 * math.prod(share for share in parts.values() if not math.isnan(share))
    # A clock or a week that is not there may hide anything, so the score is a highest value.
    clocked = any(need in CLOCKS for need in needs) and math.isnan(parts["timeliness"])
    verdict, reason, subject, value = "computable", "", "", math.nan
    weakest = min((p for p in PARTS if not math.isnan(parts[p])), key=lambda p: parts[p], default="")
    shifted = _shifted(found, kpi, needs)
    if float(row["n"]) < found.crm.client.minimum_base:
        verdict, reason, value = "partly", "too_few", float(row["n"])
    elif weakest and parts[weakest] < ENOUGH:
        share, reason, subject = judged[weakest]
        verdict, value = "partly", share
    elif shifted:
        verdict, reason, subject, value = "partly", "shift", shifted[0], shifted[1]
    return {**base, **parts, "verdict": verdict, "score": score, "at_most": clocked} | {
        "reason": reason,
        "missing": subject,
        "value": value,
    }


Part = tuple[float, str, str]


def _completeness(found: Evidence, kpi: Kpi, needs: tuple[str, ...]) -> Part:
    """Return the share of rows that have the emptiest field needed, and its name."""
    known = found.recorded[kpi.name]
    shares = {known.field: known.filled} if known.field else {}
    complete = found.complete
    owners = {f"{_of(need)}.rep_id" for need in needs} & set(complete)
    for need in {*needs, *owners} - known.judged:
        if not math.isnan(complete.get(need, math.nan)):
            shares[need] = complete[need]
    weakest = min(shares, key=lambda n: (shares[n], n), default="")
    return (shares[weakest], "incomplete", weakest) if weakest else (1.0, "", "")


def _timeliness(found: Evidence, needs: tuple[str, ...]) -> Part:
    shares = {need: 1 - found.late.get(CLOCKS[need], math.nan) for need in needs if need in CLOCKS}
    shares = {need: share for need, share in shares.items() if not math.isnan(share)}
    slowest = min(shares, key=lambda n: shares[n], default="")
    return (shares[slowest], "late", slowest) if slowest else (math.nan, "", "")


def _coverage(found: Evidence, kpi: Kpi, needs: tuple[str, ...]) -> Part:
    """Return the product of the shares of rep-weeks, reps and months, and the least of the three."""
    known = found.recorded[kpi.name]
    of_activities = any(need.startswith("activities.") for need in needs)
    weeks = found.quality.weeks.coverage if of_activities else math.nan
    shares = [
        (weeks, "gaps", "activities"),
        (known.reps, "some_reps", kpi.numerator),
        (known.months, "some_months", f"{known.first} – {known.last}"),
    ]
    shares = [part for part in shares if not math.isnan(part[0])]
    if not shares:
        return math.nan, "", ""
    least = min(shares, key=lambda part: part[0])
    return math.prod(share for share, _, _ in shares), least[1], least[2]


def _integrity(found: Evidence, needs: tuple[str, ...]) -> Part:
    """Return the share of sound rows in the least sound table needed, and its name."""
    tables = sorted({_of(need) for need in needs})
    shares = {table: 1 - _unsound(found, table, needs) for table in tables}
    worst = min(shares, key=lambda t: shares[t], default="")
    return (max(0.0, shares[worst]), "unsound", worst) if worst else (math.nan, "", "")


def _unsound(found: Evidence, table: str, needs: tuple[str, ...]) -> float:
    """Return the share of rows that were left out, look doubled, lead nowhere or have impossible days.

    A row with two faults counts twice, so the share of sound rows is never too high.
    """
    read = found.crm.rows_in.get(table, 0)
    rows = sum(n for place, n in found.faults if place == table or (place in needs and _of(place) == table))
    return rows / read if read else 0.0


def _of(place: str) -> str:
    return place.partition(".")[0]


def _faults(crm: Crm, quality: QualityResult, validation: ValidationResult) -> tuple[tuple[str, float], ...]:
    """Return the unsound rows of each table, and those that are unsound only where one column is read."""
    whole = [*zip(crm.exclusions["table"], crm.exclusions["rows"])]
    whole += [*zip(quality.duplicates["table"], quality.duplicates["n"])]
    noted = validation.table[validation.table["check"] == "orphan"].rename(columns={"rows": "n", "n": "_"})
    some = [
        (f"{table}.{column}", n)
        for frame in (quality.orders, quality.imports, noted)
        for table, column, n in zip(frame["table"], frame["column"], frame["n"])
    ]
    return tuple((str(place), float(n)) for place, n in [*whole, *some] if n)


def _shifted(found: Evidence, kpi: Kpi, needs: tuple[str, ...]) -> tuple[str, float] | None:
    """Return the kind of activity in the KPI's formula that jumped lastingly, and by what factor."""
    shifts = found.quality.shifts
    if shifts.empty or not any(need.startswith("activities.") for need in needs):
        return None
    wanted = {*kinds(kpi), _ALL} if kpi.role == "activity" or not kpi.base else kinds(kpi)
    mine = shifts[shifts["term"].isin(wanted)]
    return (str(mine["term"].iloc[0]), float(mine["estimate"].iloc[0])) if len(mine) else None
