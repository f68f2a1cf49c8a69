"""Periods: half-open, read from text and written back, split and moved without gaps; working days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.core.calendar import public_holidays, workdays, working_days
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.period import GRAINS, Period, add_months

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))
STARTS = st.integers(1, 12)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-H2", "2026-07-01", "2027-01-01"),
        ("2026q3", "2026-07-01", "2026-10-01"),
        ("2026-07", "2026-07-01", "2026-08-01"),
        ("2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-07-15", "2026-07-15", "2026-07-16"),
        ("2026-07-01..2026-09-30", "2026-07-01", "2026-10-01"),
        ("2026-07-01/2026-10-01", "2026-07-01", "2026-10-01"),
    ],
)
def test_text_is_read(text, start, end):
    period = Period.parse(text)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("last quarter", "is not understood. Write one of: 2026, 2026-H1"),
        ("2026-Q5", "is not understood"),
        ("2026-13", "is not a date that exists"),
        ("2026-02-30", "is not a date that exists"),
        ("2026-W60", "is not a date that exists"),
        ("2026-10-01..2026-09-30", "ends before it starts"),
        ("", "is not understood"),
    ],
)
def test_text_that_is_no_period_is_refused(text, said):
    with pytest.raises(InvalidInput, match=said):
        Period.parse(text)


def test_a_fiscal_year_is_named_by_the_year_it_starts_in():
    quarter = Period.parse("2026-Q4", fiscal_start=4)
    assert (quarter.start, quarter.end) == (date(2027, 1, 1), date(2027, 4, 1))
    assert quarter.label == "2026-Q4"
    assert Period.containing(date(2026, 3, 31), "year", fiscal_start=4).label == "2025"


@given(DAYS, st.sampled_from(sorted(GRAINS)), STARTS)
def test_the_label_reads_back_to_the_same_period(day, grain, fiscal):
    period = Period.containing(day, grain, fiscal_start=fiscal)
    assert day in period
    assert Period.parse(period.label, fiscal_start=fiscal) == period


@given(DAYS, st.sampled_from(sorted(GRAINS)), STARTS)
def test_the_next_period_starts_where_this_one_ends(day, grain, fiscal):
    period = Period.containing(day, grain, fiscal_start=fiscal)
    assert period.next().start == period.end
    assert period.next().previous() == period
    assert period.previous(3).next(3) == period


@given(DAYS, st.integers(1, 400), st.sampled_from(sorted(GRAINS)))
def test_parts_cover_the_whole_without_gap_or_overlap(day, length, grain):
    whole = Period(day, day + timedelta(days=length))
    parts = whole.split(grain)
    assert parts[0].start == whole.start
    assert parts[-1].end == whole.end
    assert all(a.end == b.start for a, b in pairwise(parts))


def test_a_year_ago_keeps_the_quarter_and_for_weeks_the_weekday():
    assert Period.parse("2026-Q3").year_ago().label == "2025-Q3"
    week = Period.parse("2026-W31")
    assert week.year_ago().start == week.start - timedelta(days=364)


def test_a_period_is_clipped_to_what_is_known():
    quarter = Period.parse("2026-Q3")
    clipped = quarter.clip(date(2026, 8, 14))
    assert (clipped.start, clipped.last_day, clipped.days) == (date(2026, 7, 1), date(2026, 8, 14), 45)
    assert quarter.clip(date(2026, 9, 30)) is quarter
    assert date(2026, 9, 30) in quarter
    assert date(2026, 10, 1) not in quarter


def test_unknown_grains_and_empty_spans_are_refused():
    with pytest.raises(InvalidInput, match=r"Unknown grain 'quater'\. Did you mean quarter\?"):
        Period.parse("2026").split("quater")
    with pytest.raises(InvalidInput, match="not after its start"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


@given(DAYS.map(lambda d: d.replace(day=1)), st.integers(-500, 500), st.integers(-500, 500))
def test_months_add_up(day, one, other):
    assert add_months(add_months(day, one), other) == add_months(day, one + other)


def test_working_days_leave_out_weekends_and_the_countrys_holidays():
    assert working_days(date(2026, 8, 10), date(2026, 8, 17)) == 5
    assert working_days(date(2026, 8, 17), date(2026, 8, 24)) == 4  # Independence Day
    assert working_days(date(2026, 8, 17), date(2026, 8, 24), "") == 5
    assert working_days(date(2026, 8, 24), date(2026, 8, 17)) == 0
    assert date(2026, 7, 3) in public_holidays("US", 2026)
    with pytest.raises(InvalidInput, match="No public holidays known for country 'XX'"):
        public_holidays("XX", 2026)


@given(DAYS, st.integers(0, 200), st.integers(0, 200))
def test_working_days_add_up(day, one, other):
    middle, end = day + timedelta(days=one), day + timedelta(days=one + other)
    assert working_days(day, end, "") == working_days(day, middle, "") + working_days(middle, end, "")


def test_joiners_and_leavers_count_only_their_days():
    month = Period.parse("2026-09")
    people = pd.DataFrame({"rep_id": ["r1", "r2", "r3", "r4"]}).assign(
        hired_on=[None, date(2026, 9, 14), None, date(2026, 10, 1)],
        left_on=[None, None, date(2026, 9, 14), None],
    )
    assert workdays(people, month, country="")["days"].tolist() == [22, 13, 9, 0]
