"""What a team shares: a step at which the whole team lies below the others is no matter of single reps."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pandas as pd

from ..stats.apart import LEAST, group_apart
from ..stats.multiple import benjamini_hochberg
from .basis import Basis
from .chain import RATES

#: ``team``: the team lies below the others and half of its reps do; ``reps``: single reps do; ``open``: no
#: more than chance; ``cannot_tell``: too few reps here or elsewhere.
VERDICTS = ("team", "reps", "open", "cannot_tell")
LEVEL = 0.05
PATTERNS = (
    *("team", "role", "term", "unit", "reps", "low", "found", "n", "base", "estimate", "benchmark"),
    *("ratio", "ratio_low", "ratio_high", "p_value", "p_adjusted", "verdict"),
)


def patterns(every: Mapping[str, Basis], findings: pd.DataFrame, team: str | None) -> pd.DataFrame:
    """Return one row per team, role and step: the team's pooled rate against that of the other teams.

    Parameters
    ----------
    every : mapping of str to Basis
        All reps of the period, by rep_id.
    findings : pandas.DataFrame
        The table of a `TeamCoachingResult`; ``found`` counts its reps per team and step.
    team : str or None
        Only this team's rows. The adjustment is over all teams: whoever asks for the team that looks worst
        has looked at the others too.

    Returns
    -------
    DataFrame
        Columns `PATTERNS`, the strongest first; ``low`` counts the team's reps below the others.
    """
    rows = []
    for role, sums in _by_role(every):
        for name in sorted(set(sums["team"]) - {""}):
            inside = sums["team"] == name
            for term, step, of in _steps(sums):
                rows.append(_row(sums, inside, (term, step, of)) | {"team": name, "role": role})
    table = pd.DataFrame(rows, columns=list(PATTERNS))
    if table.empty:
        return table
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].astype(float))
    counted = findings.groupby(["team", "role", "term"])["rep_id"].nunique()
    keys = pd.MultiIndex.from_frame(table[["team", "role", "term"]])
    table["found"] = counted.reindex(keys).fillna(0).astype(int).to_numpy()
    table["verdict"] = [_verdict(row) for row in table.itertuples()]
    table = table[table["team"] == team] if team is not None else table
    order = table["verdict"].map(VERDICTS.index)
    rank = pd.DataFrame({"verdict": order, "p": table["p_value"]}).sort_values(["verdict", "p"])
    return table.loc[rank.index].reset_index(drop=True)


def _by_role(every: Mapping[str, Basis]) -> list[tuple[str, pd.DataFrame]]:
    """Return the sums of everybody who can be compared, by role."""
    rows = {}
    for rep_id, base in every.items():
        if base.status == "ok" and rep_id in base.sums.index:
            told = {
                k: v if isinstance(v, str) else ""
                for k, v in base.people.rep.items()
                if k in ("team", "role")
            }
            rows[rep_id] = base.sums.loc[rep_id].to_dict() | {"steps": base.chain.steps} | told
    table = pd.DataFrame.from_dict(rows, orient="index")
    if table.empty:
        return []
    table = table.assign(**{c: "" for c in ("team", "role") if c not in table})
    return [(str(role), part) for role, part in table.groupby("role", sort=True)]


def _steps(sums: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return (term, step, of) of the chain that most of a role's reps have."""
    steps = sums["steps"].value_counts().index[0]
    pairs = [(steps[0], steps[0], "days")]
    pairs += [(RATES[step], step, of) for of, step in itertools.pairwise(steps)]
    return [(term, step, of) for term, step, of in pairs if {step, of} <= set(sums.columns)]


def _row(sums: pd.DataFrame, inside: pd.Series, names: tuple[str, str, str]) -> dict[str, object]:
    term, step, of = names
    known = sums[step].notna() & (sums[of] > 0)
    own, other = sums[inside & known], sums[~inside & known]
    found = group_apart(sums[step].where(known, 0), sums[of].where(known, 0), inside)
    reference = other[step].sum() / other[of].sum() if len(other) else float("nan")
    return {
        "term": term,
        "unit": "rate" if of == "days" else "share",
        "reps": len(own),
        "low": int((own[step] / own[of] < reference).sum()),
        "n": float(own[step].sum()),
        "base": float(own[of].sum()),
        "estimate": float(own[step].sum() / own[of].sum()) if len(own) else float("nan"),
        "benchmark": reference,
        "ratio": found.ratio,
        "ratio_low": found.conf_low,
        "ratio_high": found.conf_high,
        "p_value": found.p_value,
    }


def _verdict(row: tuple) -> str:
    if row.reps < LEAST or pd.isna(row.p_value):
        return "cannot_tell"
    if row.p_adjusted <= LEVEL and row.estimate < row.benchmark and 2 * row.low >= row.reps:
        return "team"
    return "reps" if row.found else "open"
