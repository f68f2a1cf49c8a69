"""Where a rep's gap comes from: low activity, ineffective behaviour, or not enough evidence to say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from ..core.client import Client
from ..core.crm import Crm, check_crm
from ..core.errors import InvalidInput, did_you_mean
from ..core.period import Period
from ..core.result import Note, Word
from ..stats.chain import Chain as Counted
from ..stats.chain import chain_posterior
from . import counts
from .basis import Basis, basis
from .chain import GOAL_KPIS, RESULTS, Chain, Factor, against_targets
from .needed import more_data
from .results import DecompositionResult
from .sizes import VARIATION

#: A factor is named only when it lies below the benchmark with this probability …
CERTAIN = 0.95
#: … and holds at least this part of the gap.
MATTERS = 0.10
AGAINST = ("peers", "goal")
#: Columns of the table, one row a factor.
COLUMNS = [
    "term",
    "kind",
    "step",
    "of",
    "unit",
    "n",
    "base",
    "value",
    "benchmark",
    "estimate",
    "conf_low",
    "conf_high",
    "posterior_mean",
    "chance_below",
    "needed",
    "weeks_more",
    "verdict",
]


def decompose(crm: Crm, period: Period | str, rep: str, *, against: str = "peers") -> DecompositionResult:
    """Split a rep's gap in bookings into volume, rates and average size.

    Parameters
    ----------
    crm : Crm
        The data; reps it was narrowed to with `Crm.only` are the only peers.
    period : Period or str
        Period such as ``2026-Q3``; days after the last known day are left out on both sides.
    rep : str
        rep_id or name.
    against : str
        ``peers``: sums over ramped reps of the same role, per working day employed. ``goal``: the rep's goals
        where there is one for every factor; else peers, which a note says.

    Returns
    -------
    DecompositionResult
        Parts that add up to the gap exactly. What the data lack shortens the chain; a rep without any base,
        or without peers, gets a result whose `reading` is ``cannot_tell``, never an error.

    Notes
    -----
    Parts follow the logarithmic mean Divisia index (Shapley where a factor is zero); intervals
    are 90 % posterior intervals. A factor has enough evidence when it lies below the benchmark with
    probability .95 or more, holds at least 10 % of the gap and rests on the client's `claim_base`; for the
    others ``needed`` and ``weeks_more`` say how much more data would settle it. Counts
    of one period are not cohorts: wins come from earlier proposals, so rates lag when volume grows or
    shrinks.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.decompose(sa.sample(), "2026-Q3", "Bagas Prakoso").reading  # doctest: +SKIP
    'low_activity'
    """
    check_crm(crm, "decompose()")
    if against not in AGAINST:
        raise InvalidInput(f"Unknown benchmark '{against}'.{did_you_mean(against, AGAINST)}")
    return decompose_basis(basis(crm, period, rep), against=against)


def decompose_basis(base: Basis, *, against: str = "peers") -> DecompositionResult:
    """Return the decomposition for a basis that was already fetched."""
    chain, notes = base.chain, _notes(base)
    if against == "goal" and chain:
        targets = counts.targets(base.crm, base.asked, base.people.rep_id)
        goals = against_targets(chain, _by_term(targets, chain))
        chain = goals or chain
        if goals is None:
            notes.append(Note("coaching_no_goals"))
    may_claim = base.status in ("ok", "left")
    table = split(
        chain,
        base.crm.client,
        dispersion=base.dispersion,
        variation=base.variation,
        may_claim=may_claim,
    )
    found = _result(table, chain, base, tuple(notes))
    return settled_by(found, dispersion=base.dispersion, variation=base.variation)


def settled_by(
    result: DecompositionResult,
    *,
    dispersion: float,
    variation: float,
    levels: Mapping[str, float] = MappingProxyType({}),
) -> DecompositionResult:
    """Return the decomposition with what data would settle each open factor, tested at `levels` by term."""
    if result.table.empty:
        return result
    facts = {
        "gap": result.gap,
        "matters": MATTERS,
        "least": result.client.claim_base,
        "least_size": result.client.minimum_base,
        "days": result.days,
        "dispersion": dispersion,
        "variation": variation,
    }
    # Without limits a factor has to lie on one side with probability `CERTAIN`.
    table = more_data(result.table, lambda term: levels.get(term, 2 * (1 - CERTAIN)), facts)
    return replace(result, table=table[COLUMNS])


def split(
    chain: Chain | None,
    client: Client,
    *,
    dispersion: float = 1.0,
    variation: float = VARIATION,
    may_claim: bool = True,
) -> pd.DataFrame:
    """Return the table of a `DecompositionResult`, one row per factor; empty without a chain.

    Examples
    --------
    >>> from salesanalysis.coaching.chain import build
    >>> rep = {"days": 65, "calls": 520, "wins": 2, "bookings": 38.0}
    >>> pool = {"days": 65, "calls": 650, "wins": 6, "bookings": 120.0}
    >>> split(build(rep, pool), Client()).estimate.sum().round(9)
    np.float64(-82.0)
    """
    if chain is None:
        return pd.DataFrame({c: pd.Series(dtype="float64") for c in COLUMNS})
    counted = counted_of(chain, variation)
    benchmark = pd.Series({f.term: f.benchmark for f in chain.factors}, dtype=float)
    posterior = chain_posterior(counted, benchmark, dispersion=dispersion, draws=8000)
    table = pd.DataFrame([vars(f) for f in chain.factors])
    for column, source in {"estimate": "estimate", "conf_low": "conf_low", "conf_high": "conf_high"}.items():
        table[column] = posterior[source].to_numpy()
    table["posterior_mean"] = posterior["posterior_mean"].to_numpy()
    table["chance_below"] = posterior["p_below"].to_numpy()
    gap = chain.actual - chain.expected
    table["verdict"] = [
        _verdict(factor, row, gap, client, may_claim=may_claim)
        for factor, row in zip(chain.factors, table.itertuples(), strict=True)
    ]
    return table.reindex(columns=COLUMNS)


def counted_of(chain: Chain, variation: float = VARIATION) -> Counted:
    """Return what the rep's side of a chain counts, as the posterior takes it."""
    volume, *rest = chain.factors
    rates = {f.term: (f.n, f.base) for f in rest if f.kind == "rate"}
    sizes = [f for f in rest if f.kind == "size"]
    total = (0.0 if math.isnan(sizes[0].value) else sizes[0].value * sizes[0].n) if sizes else None
    last = sizes[0].term if sizes else "size"
    return Counted(volume.n, rates, total, volume.term, last, size_shape=1 / variation**2)


def _verdict(factor: Factor, row: object, gap: float, client: Client, *, may_claim: bool) -> str:
    if factor.base < client.minimum_base:
        return "too_few"
    matters = abs(row.estimate) >= MATTERS * abs(gap)
    # A size says more than a yes or no: what its spread allows is left to its test.
    least = client.minimum_base if factor.kind == "size" else client.claim_base
    if not (may_claim and matters) or factor.base < least:
        return "not_enough_evidence"
    # A rep ahead of the benchmark has no gap that a weak step could explain.
    if row.chance_below >= CERTAIN and row.estimate < 0 and gap < 0:
        return "enough_evidence"
    if row.chance_below <= 1 - CERTAIN and row.estimate > 0:
        return "enough_evidence_above"
    return "not_enough_evidence"


def reading_of(table: pd.DataFrame, gap: float) -> str:
    """Say how the gap reads: activity is the volume, effectiveness every other factor."""
    if table.empty:
        return "cannot_tell"
    named = table[table["verdict"] == "enough_evidence"]
    low, ineffective = (named["kind"] == "volume").any(), (named["kind"] != "volume").any()
    if low and ineffective:
        return "both"
    if low:
        return "low_volume" if named["term"].isin(RESULTS).any() else "low_activity"
    if ineffective:
        return "ineffective_behaviour"
    return "ahead" if gap >= 0 else "not_enough_evidence"


def _result(
    table: pd.DataFrame, chain: Chain | None, base: Basis, notes: tuple[Note, ...]
) -> DecompositionResult:
    people = base.people
    actual, expected = (chain.actual, chain.expected) if chain else (math.nan, math.nan)
    comparable = chain is not None and base.status in ("ok", "left")
    return DecompositionResult(
        table=table,
        method="coaching.decompose",
        n=int(chain.factors[0].n) if chain else 0,
        client=base.crm.client,
        period=base.period,
        as_of=base.crm.as_of,
        notes=notes,
        rep_id=people.rep_id,
        name=str(people.rep["name"]),
        actual=actual,
        benchmark=expected,
        unit=chain.unit if chain else "count",
        against="goal" if chain is not base.chain else "peers",
        peers=len(people.peers),
        days=people.days[people.rep_id],
        weeks=people.weeks,
        reading=reading_of(table, actual - expected) if comparable else "cannot_tell",
        status=base.status,
    )


def _by_term(targets: Mapping[str, float], chain: Chain) -> dict[str, float]:
    kpis = {
        f.term: f.step if f.kind == "volume" else GOAL_KPIS.get((f.step, f.of), "") for f in chain.factors
    }
    return {term: targets.get(kpi, math.nan) for term, kpi in kpis.items()}


def _notes(base: Basis) -> list[Note]:
    people, chain, notes = base.people, base.chain, []
    if chain:
        notes.append(Note("coaching_not_cohorts"))
        notes += [
            Note("coaching_step_dropped", values={"step": Word(f"coaching.base.{step}")})
            for step in chain.dropped
        ]
        if chain.steps[0] in ("closed", "wins"):
            notes.append(Note("coaching_no_activities"))
        if chain.unit == "count":
            notes.append(Note("coaching_no_amounts"))
    if not people.is_same_role and people.peers and pd.isna(people.rep.get("role")):
        notes.append(Note("coaching_no_roles"))
    if people.segment and people.peers:
        notes.append(Note("coaching_same_segment" if people.segment == "same" else "coaching_few_in_segment"))
    if people.left_out:
        notes.append(Note("coaching_no_peers_yet", count=people.left_out))
    return notes
