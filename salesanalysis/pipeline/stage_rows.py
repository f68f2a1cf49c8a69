"""What is on record of stages: first entries with how they ended, and unbroken stays, one row each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core.crm import Crm
from ..core.errors import unknown
from ..core.history import ATTRIBUTES, stretch_rows
from ..core.rows import rows
from ..core.shelf import kept

#: How a first entry into a stage ended, as far as known: the five of a declared order, and one for a stage
#: that has no place in the order.
FATES = ("moved_on", "won", "lost", "standing", "moved_back", "aside")
#: Name of the one stage where no history says more than that an opportunity is open.
WHOLE = ""


@dataclass(frozen=True, eq=False)
class StageRows:
    """Rows of a client's stages up to the last day of the data.

    Attributes
    ----------
    entries : pandas.DataFrame
        One row per opportunity and stage, at its first entry: ``opportunity_id, stage, place, entered_on,
        rep_id`` (at the entry), ``owner_id, amount, outcome, closed_on``; ``later_on, later_place`` (first
        later stage reached); ``fate``, one of `FATES`; ``furthest`` (place of the furthest from then on).
    stays : pandas.DataFrame
        One row per unbroken stay: ``opportunity_id, stage, place, entered_on, left_on`` (missing: still
        there), ``to`` (next stage, won or lost), ``way`` (on, skip, back, aside, won, lost), ``rep_id,
        amount``.
    order : tuple of str
        Stages in order: as declared, then any others by name; without a declaration by how early they come.
    declared : int
        How many of them have a place in the order.
    has_history : bool
        Whether stages are on record; else there is one, `WHOLE`, from creation to close.
    is_declared : bool
        Whether the client declares the order.
    """

    entries: pd.DataFrame
    stays: pd.DataFrame
    order: tuple[str, ...]
    declared: int
    has_history: bool
    is_declared: bool


def stage_rows(crm: Crm) -> StageRows:
    """Return the rows of a client's stages; made once per `crm`.

    First entries and stays are those of the KPIs `stage_rate` and `time_in_stage`: several on a day stand in
    the order of the stages, a stay ends with the close at the latest, and where the client declares no order
    a stage is later than another where the opportunity first entered it later.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> stage_rows(sa.sample()).order
    ('qualification', 'discovery', 'proposal', 'negotiation')
    """
    return kept(crm, "pipeline.stage_rows", (), lambda: _built(crm))


def belonging(crm: Crm, frame: pd.DataFrame, day: str = "entered_on") -> pd.DataFrame:
    """Return `frame` with team, manager, role and region of its rep as they were on `day`.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> belonging(crm, stage_rows(crm).stays)["team"].nunique() > 1
    True
    """
    held = stretch_rows(crm)
    known = [name for name in ATTRIBUTES if name in held]
    held["starts_on"] = pd.to_datetime(held["starts_on"]).astype("datetime64[s]")
    held = held[["rep_id", "starts_on", *known]].sort_values("starts_on", kind="stable")
    if held["rep_id"].is_unique:
        found = frame[["rep_id"]].merge(held, on="rep_id", how="left").set_index(frame.index)
    else:
        asked = frame[["rep_id", day]].assign(row=np.arange(len(frame)))
        asked = asked[asked["rep_id"].notna() & asked[day].notna()].sort_values(day, kind="stable")
        found = pd.merge_asof(asked, held, left_on=day, right_on="starts_on", by="rep_id").set_index("row")
        found = found.reindex(np.arange(len(frame))).set_index(frame.index)
    return frame.assign(**{name: found[name] for name in known})


def chosen(crm: Crm, frame: pd.DataFrame, *, team: str = "", region: str = "") -> pd.DataFrame:
    """Return the rows of a team or region, as their reps belonged to it at the entry; empty: all.

    Raises
    ------
    UnknownName
        There never was such a team or region; close names are given.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> chosen(crm, stage_rows(crm).stays) is stage_rows(crm).stays
    True
    """
    for column, wanted in (("team", team), ("region", region)):
        if not wanted:
            continue
        crm.require(f"reps.{column}", wanted_by=f"Looking at one {column}")
        frame = belonging(crm, frame) if column not in frame else frame
        known = sorted({str(v) for v in stretch_rows(crm)[column].dropna()})
        if wanted not in known:
            raise unknown(column, wanted, known)
        frame = frame[frame[column] == wanted]
    return frame


def _built(crm: Crm) -> StageRows:
    columns = ("rep_id", "created_on", "closed_on", "outcome", "amount")
    whole = rows(crm, "opportunities", "opportunity_id", *columns)
    moves = rows(crm, "stage_history", "opportunity_id", "stage", "entered_on", "rep_id")
    return built(whole, moves, crm.client.stages, pd.Timestamp(crm.as_of))


def built(
    whole: pd.DataFrame, moves: pd.DataFrame, declared: tuple[str, ...], last: pd.Timestamp
) -> StageRows:
    """Return the rows of opportunities `whole` and their stage history `moves`, as known on a last day.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-01-05", "2026-01-09"]).astype("datetime64[s]")
    >>> whole = pd.DataFrame(
    ...     {"opportunity_id": ["a"], "rep_id": "r", "created_on": day[:1], "closed_on": day[1:]}
    ... ).assign(outcome="won", amount=1.0)
    >>> moves = pd.DataFrame({"opportunity_id": ["a"], "stage": "demo", "entered_on": day[:1], "rep_id": "r"})
    >>> built(whole, moves, ("demo",), day[1]).entries["fate"].tolist()
    ['won']
    """
    is_known = ~(whole["closed_on"] > last)
    whole = whole.assign(
        outcome=whole["outcome"].where(is_known, "open").fillna("open"),
        closed_on=whole["closed_on"].where(is_known),
    )
    moves = moves[moves["stage"].notna() & (moves["entered_on"] <= last)]
    later = whole.drop(columns="created_on")
    moves = moves.rename(columns={"rep_id": "mover"}).merge(later, on="opportunity_id", how="inner")
    has_history, is_declared = len(moves) > 0, bool(declared)
    if not has_history:
        moves = whole[whole["created_on"] <= last].rename(columns={"created_on": "entered_on"})
        moves, declared = moves.assign(stage=WHOLE, mover=None), (WHOLE,)
    moves = moves.assign(owner_id=moves["rep_id"], rep_id=moves["mover"].fillna(moves["rep_id"]))
    moves, order = _placed(moves, tuple(declared))
    ranked = sum(stage in declared for stage in order) if declared else len(order)
    columns = ("stage", "place", "entered_on", "rep_id", "owner_id", "amount", "outcome", "closed_on")
    moves = moves[["opportunity_id", *columns]]
    return StageRows(
        entries=_entries(moves),
        stays=_stays(moves),
        order=order,
        declared=ranked,
        has_history=has_history,
        is_declared=is_declared,
    )


def _placed(moves: pd.DataFrame, declared: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the moves in order, each with its stage's place, and the stages in order.

    Without a declared order the place is that of the opportunity's own first entries.
    """
    seen = moves["stage"].unique()
    if declared:
        place = moves["stage"].map({stage: float(k) for k, stage in enumerate(declared)})
        moves = moves.assign(place=place)
        others = sorted(set(seen) - set(declared))
        order = (*(s for s in declared if s in set(seen)), *others)
        return _sorted(moves), order
    moves = _sorted(moves.assign(place=np.nan))
    first = moves.drop_duplicates(["opportunity_id", "stage"])
    own = first.groupby("opportunity_id").cumcount().astype(float)
    usual = own.groupby(first["stage"]).mean()
    place = first.assign(place=own)[["opportunity_id", "stage", "place"]]
    moves = moves.drop(columns="place").merge(place, on=["opportunity_id", "stage"], how="left")
    return moves, tuple(sorted(seen, key=lambda stage: (usual[stage], stage)))


def _sorted(moves: pd.DataFrame) -> pd.DataFrame:
    return moves.sort_values(
        ["opportunity_id", "entered_on", "place", "stage"],
        kind="stable",
        ignore_index=True,
        na_position="last",
    )


def _entries(moves: pd.DataFrame) -> pd.DataFrame:
    first = moves.drop_duplicates(["opportunity_id", "stage"])
    first = first.assign(later_on=pd.NaT, later_place=np.nan)
    first["later_on"] = first["later_on"].astype("datetime64[s]")
    code, at = pd.factorize(moves["opportunity_id"])[0], np.arange(len(moves))
    for place in np.unique(moves["place"].dropna()):
        mine = first.index[first["place"] == place].to_numpy()
        since = np.full(len(moves), len(moves))
        since[code[mine]] = mine
        later = at[(moves["place"] > place).to_numpy() & (at > since[code])]
        owners, place_of = np.unique(code[later], return_index=True)
        where = mine[np.searchsorted(code[mine], owners)]
        found = moves.loc[later[place_of]]
        first.loc[where, "later_on"] = found["entered_on"].to_numpy()
        first.loc[where, "later_place"] = found["place"].to_numpy()
    last = moves.drop_duplicates("opportunity_id", keep="last").set_index("opportunity_id")
    backwards = moves["place"].fillna(-1.0)[::-1]
    furthest = backwards.groupby(moves["opportunity_id"][::-1]).cummax()
    now = first["opportunity_id"].map(last["stage"])
    here = first["opportunity_id"].map(last["place"])
    fates = [
        first["later_on"].notna(),
        first["outcome"].eq("won"),
        first["outcome"].eq("lost"),
        now.eq(first["stage"]),
        here < first["place"],
    ]
    first["fate"] = np.select([f.to_numpy() for f in fates], FATES[:-1], FATES[-1])
    first["furthest"] = furthest.loc[first.index].replace(-1.0, np.nan)
    return first.reset_index(drop=True)


def _stays(moves: pd.DataFrame) -> pd.DataFrame:
    by = moves.groupby("opportunity_id", sort=False)
    runs = moves[by["stage"].shift() != moves["stage"]].reset_index(drop=True)
    by = runs.groupby("opportunity_id", sort=False)
    runs = runs.assign(
        to=by["stage"].shift(-1), next_on=by["entered_on"].shift(-1), next_place=by["place"].shift(-1)
    )
    is_closed = runs["closed_on"].notna()
    is_next = runs["next_on"].notna() & ~(runs["closed_on"] < runs["next_on"])
    runs["left_on"] = runs["next_on"].where(is_next, runs["closed_on"])
    step = runs["next_place"] - runs["place"]
    ways = [is_next & step.eq(1), is_next & (step > 1), is_next & (step < 0), is_next, is_closed]
    picked = np.select([w.to_numpy() for w in ways], ["on", "skip", "back", "aside", "end"], "")
    runs["way"] = np.where(picked == "end", runs["outcome"], picked)
    runs["to"] = runs["to"].where(is_next, runs["outcome"].where(is_closed))
    # As in the KPI: closed without a day, it would stay for ever; entered after the close, it never stayed.
    kept = (runs["left_on"].notna() | runs["outcome"].eq("open")) & ~(runs["left_on"] < runs["entered_on"])
    columns = ["opportunity_id", "stage", "place", "entered_on", "left_on", "to", "way", "rep_id", "amount"]
    return runs.loc[kept, columns].reset_index(drop=True)
