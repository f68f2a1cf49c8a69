"""Input that breaks methods: a clear verdict or one message, no warning, nothing infinite in any table.

And what must not matter: order of rows, names of reps, units of an activity, the origin of the calendar, and
what was done after the last win.
"""

import numpy as np
import pandas as pd
import pytest
from simulate import simulate
from test_linkage import panel

from salesanalysis.core.errors import InvalidInput
from salesanalysis.linkage import VERDICTS, link
from salesanalysis.linkage.result import SECONDARY

RNG = np.random.default_rng(3)
PLAIN = panel()
ROWS = len(PLAIN)


def plus(**columns):
    return PLAIN.assign(**columns)


def wins_only(rows):
    return PLAIN.assign(wins=PLAIN["wins"].where(rows, 0.0))


def eras():
    frame = panel(reps=20, weeks=80)
    return frame[(frame["rep"] < 10) == (frame["week"] < 40)]


HOSTILE = {
    "no activity ever": plus(calls=0.0, emails=0.0),
    "an activity that never changes": plus(calls=7.0),
    "two reps": panel(reps=2),
    "three reps": panel(reps=3),
    "an activity twice, and a sum": plus(dials=PLAIN["calls"], both=2 * PLAIN["calls"] + PLAIN["emails"]),
    "an activity only in weeks without wins": plus(
        demos=np.where(PLAIN["wins"] > 0, 0, RNG.poisson(5, ROWS))
    ),
    "an activity of reps who never won": wins_only(PLAIN["rep"] > 2).assign(demos=50.0 * (PLAIN["rep"] < 3)),
    "wins of one rep": wins_only(PLAIN["rep"] == 4),
    "wins of two reps": wins_only(PLAIN["rep"].isin([4, 5])),
    "wins in the first weeks": wins_only(PLAIN["week"] < 30),
    "wins every quarter": wins_only(PLAIN["week"] % 13 == 0),
    "many weeks missing": PLAIN.sample(frac=0.6, random_state=1),
    "every third week missing": PLAIN[PLAIN["week"] % 3 != 0],
    "a kind of one rep": plus(demos=RNG.poisson(3, ROWS) * (PLAIN["rep"] == 4)),
    "a kind of two reps": plus(demos=RNG.poisson(3, ROWS) * (PLAIN["rep"] < 2)),
    "a kind that happened once": plus(demos=1.0 * (np.arange(ROWS) == 77)),
    "huge counts": plus(calls=PLAIN["calls"] * 1e12),
    "huge wins": plus(wins=PLAIN["wins"] * 1e9),
    "one huge count": plus(calls=PLAIN["calls"].where(np.arange(ROWS) != 333, 1e14)),
    "one huge win": plus(wins=PLAIN["wins"].where(np.arange(ROWS) != 333, 1e9)),
    "fractions": plus(calls=PLAIN["calls"] / 7, wins=PLAIN["wins"] / 3),
    "yes and no": plus(calls=PLAIN["calls"] > 20),
    "whole numbers with gaps": plus(calls=PLAIN["calls"].astype("Int64").where(PLAIN["calls"] > 12)),
    "nothing known": plus(calls=np.nan),
    "never a working day": plus(days=0.0),
    "wins are the activity": plus(calls=PLAIN["wins"]),
    "reps who never met": eras(),
    "names with marks": plus(rep="Ø'\"%d {x} " + PLAIN["rep"].astype(str)).rename(columns={"calls": "a b+c"}),
}


def tables(result):
    named = {name: getattr(result, name) for name in SECONDARY}
    return named | {"table": result.table, "without": result.leave_one_out, "naive": result.correlations}


@pytest.mark.parametrize("frame", HOSTILE.values(), ids=HOSTILE)
def test_hostile_frames_get_a_verdict_and_nothing_is_infinite(frame):
    result = link(frame)
    assert set(result.table["verdict"]) <= set(VERDICTS) and len(result.table) >= 1
    given = result.table["verdict"].isin(["linked", "linked_negative", "no_link_found"])
    assert result.table.loc[given, ["estimate", "conf_low", "conf_high"]].notna().all(axis=None)
    for name, table in tables(result).items():
        numbers = table.select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(numbers).any(), name


@pytest.mark.slow
def test_two_hundred_kinds_of_activity_get_no_verdict():
    kinds = pd.DataFrame(RNG.poisson(3, (ROWS, 200)), columns=[f"kind_{i}" for i in range(200)])
    result = link(pd.concat([PLAIN, kinds], axis=1))
    assert len(result.table) == 202 and set(result.table["verdict"]) == {"not_enough_data"}
    assert np.isfinite(result.table["estimate"].dropna()).all()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (plus(calls=PLAIN["calls"].where(np.arange(ROWS) != 333, 1e300)), "1e.300 in row 334; no rep"),
        (plus(calls=PLAIN["calls"] - 100), "'calls' holds -78 in row 1"),
        (plus(days=-1.0), "'days' holds -1"),
        (plus(days="five"), "'days' holds no numbers"),
    ],
)
def test_what_is_no_count_gets_one_message(frame, message):
    with pytest.raises(InvalidInput, match=message):
        link(frame)


# What must not matter ---------------------------------------------------------------------------

MIXED = simulate("mixed", "S", 3).frame
FOUND = link(MIXED)


def same(frame, *, rtol=1e-6):
    other = link(frame)
    ours, theirs = tables(FOUND), tables(other)
    for name, table in ours.items():
        if "rep_id" in table:  # who the reps are called does not matter here
            columns = [c for c in table if c not in ("rep_id", "name")]
            keys = ["term", "estimate"]
            table, theirs[name] = (
                t[columns].sort_values(keys).reset_index(drop=True) for t in (table, theirs[name])
            )
        pd.testing.assert_frame_equal(table, theirs[name], rtol=rtol, atol=1e-8, check_dtype=False, obj=name)


def test_order_of_rows_does_not_matter():
    same(MIXED.sample(frac=1, random_state=1))


def test_names_of_reps_do_not_matter():
    same(MIXED.assign(rep=MIXED["rep"].map(lambda r: f"rep {(r * 7) % 10}")))


def test_the_origin_of_the_calendar_does_not_matter():
    same(MIXED.assign(week=MIXED["week"] + 1_000_000))
    same(MIXED.assign(week=pd.Timestamp("2031-03-03") + pd.to_timedelta(7 * MIXED["week"], unit="D")))


def test_units_of_days_worked_do_not_matter():
    same(MIXED.assign(days=8.0))


def test_units_of_an_activity_hardly_matter():
    """Times 1,000 leaves only the half that is added before the logarithm."""
    ours, theirs = FOUND.table, link(MIXED.assign(calls=1000 * MIXED["calls"])).table
    ours, theirs = ours.set_index("term"), theirs.set_index("term").loc[ours["term"]]
    assert ours["verdict"].equals(theirs["verdict"])
    for column in (
        "estimate",
        "conf_low",
        "conf_high",
    ):  # the half is about a fortieth of the calls of a week
        assert ((ours[column] - theirs[column]).abs() < 0.1 * ours["std_error"]).all()


def test_what_was_done_after_the_last_win_changes_nothing():
    """A rep's later weeks without wins of anyone drop out; what was done in them is nobody's exposure."""
    last = 45
    frame = MIXED.assign(wins=MIXED["wins"].where(MIXED["week"] <= last, 0.0))
    later = frame["week"] > last
    kinds = ["calls", "emails", "meetings", "voicemails", "internal_meetings", "admin", "followups"]
    changed = frame.assign(**{kind: frame[kind].where(~later, 3 * frame[kind] + 5) for kind in kinds})
    ours, theirs = link(frame).table, link(changed).table
    columns = ["term", "estimate", "std_error", "p_value", "loo_low", "loo_high", "n", "wins"]
    ours, theirs = (t[columns].sort_values("term").reset_index(drop=True) for t in (ours, theirs))
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9)
