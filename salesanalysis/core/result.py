"""What every analysis returns: one frozen object with a tidy table and its doubt."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from .client import Client
from .i18n import Language
from .period import Period

#: Columns that result tables may have: one vocabulary for all results, kept by a test.
GLOSSARY: Mapping[str, str] = {
    "term": "what is estimated: an activity kind, a factor, a measure",
    "rep_id": "rep",
    "name": "name of the rep",
    "team": "team",
    "period": "label of the period",
    "kpi": "KPI name in the registry",
    "contrast": "what is compared with what",
    "estimate": "the value, in `unit`",
    "std_error": "standard error of the estimate",
    "statistic": "test statistic",
    "df": "degrees of freedom",
    "p_value": "p-value of this row alone",
    "p_adjusted": "p-value adjusted over the family",
    "conf_low": "lower end of the interval",
    "conf_high": "upper end of the interval",
    "n": "rows or events behind the estimate",
    "base": "denominator of a rate",
    "numerator": "sum above the line of a rate, or the total itself",
    "measure": "name of a sum",
    "value": "a sum, or a factor's own value",
    "role": "sales role",
    "better": "higher or lower: which way is good",
    "target": "goal for the days worked within the data, in `unit`",
    "target_whole": "goal for the whole period",
    "philosophy": "A (few reach it), C average (half do) or C minimum (most do)",
    "attainment": "share of the goal reached; above 1 is good whichever way is better",
    "attainment_low": "attainment at the bad end of the interval",
    "attainment_high": "attainment at the good end of the interval",
    "peer_estimate": "the same from the pooled peers",
    "peer_count": "how many peers",
    "trend": "values of the periods up to this one",
    "group": "what rows belong to: a rep, a team, a region, a business category …; empty: nobody, or all",
    "handed_to": "AE to whom leads were handed",
    "handed_to_name": "name of that AE",
    "bound_low": "value as if all that is undecided failed",
    "bound_high": "value as if all that is undecided passed",
    "missing": "columns that a KPI lacks",
    "meaning": "what the missing columns hold",
    "export": "what to ask the CRM for",
    "unit": "share, money, count, days, hours, rate or ratio",
    "verdict": "one word of a closed list",
    "reason": "why the verdict was given, a code with words in the catalogues",
    "method": "how the interval was computed; empty: the value has none",
    "excluded": "rows left out in loading the tables behind the value",
    "is_too_few": "whether the value rests on less than the minimum base",
    "reference": "value compared with, brought to the same working days where it adds up",
    "reference_whole": "the same as it stands for its own period",
    "reference_low": "lower end of the interval of the reference",
    "reference_high": "upper end of the interval of the reference",
    "reference_n": "rows or events behind the reference",
    "difference": "estimate less reference, in `unit`",
    "difference_low": "lower end of the interval of the difference",
    "difference_high": "upper end of the interval of the difference",
    "scatter": "variance of four-week counts over their mean, by which the interval of a ratio is widened",
    "compared_by": "how the interval of the difference or ratio was computed",
    "ratio": "estimate to reference; of totals a working day",
    "ratio_low": "lower end of the interval of the ratio",
    "ratio_high": "upper end of the interval of the ratio",
    "reading": "another reading of a KPI, such as the article's own formula (seed)",
    "strict_estimate": "the KPI in its strict reading",
    "seed_estimate": "the same by the article's own formula, where there is one",
    "records": "records that two readings count differently",
    "p_holm": "p-value adjusted so that any false finding is unlikely (Holm)",
    "mde": "smallest effect found in four data sets of five, on the scale of the estimate",
    "lead_estimate": "the same for the activity of the weeks ahead",
    "lead_low": "lower end of the interval of the lead estimate",
    "lead_high": "upper end of the interval of the lead estimate",
    "lead_p": "p-value of the lead test",
    "lead_p_adjusted": "p-value of the lead test adjusted over the family",
    "loo_low": "lowest estimate when any one rep is left out",
    "loo_high": "highest estimate when any one rep is left out",
    "low": "least in the group",
    "high": "most in the group",
    "lag_low": "first of the weeks before, counted from 0",
    "lag_high": "last of the weeks before",
    "p_joint": "p-value of all rows of the term together",
    "wild_p": "p-value of the wild cluster bootstrap",
    "robustness": "share of the rest of both sides that a hidden cause must explain to cancel the estimate",
    "robustness_alpha": "the same to make the interval include zero",
    "own_estimate": "estimate from the rep's own data alone",
    "own_share": "weight that the rep's own data got, 0 to 1",
    "exposure": "log of the activity against what everything else leads one to expect",
    "reps": "reps behind the estimate",
    "weeks": "weeks behind the estimate",
    "wins": "wins counted",
    "time": "days until the event",
    "years": "years ahead that are counted",
    "n_risk": "cases that were still watched just before",
    "events": "cases to which it happened",
    "week": "Monday of the week",
    "tenure": "weeks since hiring",
    "days": "full-time days worked",
    "is_usable": "whether the row can be used",
    "kind": "variant of a statistic (pearson, spearman) or of a factor (volume, rate, size)",
    "step": "what a factor counts",
    "of": "what the step is counted of",
    "benchmark": "value to compare with: pooled peers or a goal",
    "posterior_mean": "mean of the posterior of the estimate",
    "chance_below": "posterior probability of lying below the benchmark",
    "measurable": "outcome of the first test: can the data give it",
    "significant": "outcome of the second test: does it go with wins",
    "goal_oriented": "outcome of the third test: is there a goal that means something",
    "coachable": "outcome of the fourth test: does it move, and is there a lever",
    "is_subject": "whether the row is that of the rep looked at",
    "table": "canonical table",
    "column": "column of a canonical table",
    "check": "what was checked, a code with a sentence in the catalogues",
    "severity": "blocker, excluded, warning or info",
    "rows": "rows concerned",
    "share": "share of the rows read, 0 to 1",
    "example": "file, rows and values",
    "filled": "share of cells with a value, 0 to 1",
    "distinct": "number of different values",
    "minimum": "smallest value, as text",
    "maximum": "largest value, as text",
    "expected": "rows that should have a value",
    "complete": "share of the rows that should have a value which have one, 0 to 1",
    "day_on": "a day",
    "score": "how far a KPI can be measured, 0 to 100",
    "at_most": "whether a part of the score cannot be told, so that it may be lower",
    "completeness": "share of the rows needed in which the needed fields are filled, 0 to 1",
    "timeliness": "share of the rows written down in time, 0 to 1",
    "coverage": "share of the rep-weeks, reps and months in which it is recorded, 0 to 1",
    "integrity": "share of the rows that are sound, 0 to 1",
    "action": "what to mend or to export, a code with words in the catalogues",
    "subject": "what an action is about: a column, a table, a kind of activity",
    "unlocks": "KPIs that an action makes computable, once those before it are done",
    "what": "which quantity: reps, weeks, wins, tests",
    "tests": "how many KPIs are tested together",
    "now": "how much of it there is",
    "needed": "how much of it would do, all else as it is",
    "weeks_more": "further weeks at the rep's own pace until the base needed is there",
    "arm": "what a rep is asked to do in a test: raise the activity, or go on as usual",
    "block": "part of a test in which arms stay as they are, from 1",
    "first_week": "first week of a block",
    "last_week": "last week of a block",
    "power": "chance that a test finds an effect of the size in `effect`",
    "effect": "size of effect that matters, on the scale of the estimate",
    "outcome": "what is counted to see an effect",
    "scope": "whose a goal is: rep, team or organisation",
    "scope_id": "rep_id or team; empty for the organisation",
    "sustained": "level that as many reps hold in the long run",
    "periods": "periods behind the estimate",
    "meant_low": "least share of reps that should reach a goal of this philosophy",
    "meant_high": "largest share of reps that should",
    "expected_reach": "share of reps expected to reach the goal in one such period",
    "reach": "share of rep-periods of the past in which it was reached",
    "reach_low": "lower end of the interval of the share that reached it",
    "reach_high": "upper end of the interval of the share that reached it",
    "reach_n": "rep-periods behind that share",
    "coached": "coached reps in use",
    "controls": "reps not coached by then, in use",
    "before": "level in the weeks before, those of the choice left out; a rep and week, or the rate",
    "after": "level in the weeks read",
    "without": "level in the weeks read as expected without coaching",
    "naive_estimate": "log ratio of a plain before and after of the coached, which misleads",
    "naive_low": "lower end of the interval of the naive estimate",
    "naive_high": "upper end of the interval of the naive estimate",
    "placebo_estimate": "the same comparison some time earlier, where nothing should be found",
    "placebo_low": "lower end of the interval of the placebo",
    "placebo_high": "upper end of the interval of the placebo",
    "placebo_p": "p-value of the placebo",
    "wave": "number of the wave in which a rep is coached, from 1",
    "held_on": "day of the first session",
    "willing": "whether the rep said to be willing to coach: yes, no; empty: not asked",
    "mentees": "reps coached by the rep on the KPI",
    "compared": "mentees whose weeks before and after can be held against those of others",
    "gain": "change of the mentees beyond that of reps not coached, as a share",
    "gain_low": "lower end of the interval of the gain",
    "gain_high": "upper end of the interval of the gain",
    "questions": "questions that an action makes answerable, once those before it are done",
    "so_far": "what there is of a period's total up to the as-of day",
    "expected_so_far": "the goal by the working days gone",
    "days_gone": "full-time working days of the period gone by, without leave",
    "days_left": "full-time working days of the period still to come, without planned leave",
    "rest": "expected of the days left",
    "chance": "chance to reach the goal, 0 to 1",
    "run_rate": "where the period would end by going on as so far",
    "need_per_day": "what each working day left must bring to reach the goal",
    "need_this_week": "the same for the working days of the week ahead",
    "days_this_week": "full-time working days of the week ahead",
    "this_week": "part of the estimate that falls on the week ahead",
    "this_week_sure": "part of what is needed to be sure that falls on the week ahead",
    "target_week": "goal of a usual week of five working days",
    "target_month": "goal of a month",
    "target_quarter": "goal of a quarter",
    "target_year": "goal of the year, where the goals table gives one",
    "share_meant_low": "least share of reps that should reach such a goal",
    "share_meant_high": "largest share of reps that should reach such a goal",
    "share_reached": "share of goals of reps that were reached in finished periods",
    "share_low": "lower end of the interval of that share",
    "share_high": "upper end of the interval of that share",
}


class Word(str):
    """Key of a catalogue word that a `Note` names: written in the reader's language."""

    __slots__ = ()


@dataclass(frozen=True)
class Note:
    """One caution that travels with a result.

    Attributes
    ----------
    code : str
        Key of a catalogue sentence in ``notes.po`` (without the subject).
    count : int or None
        How many rows, reps or events it concerns.
    values : mapping
        What the sentence names.
    """

    code: str
    count: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language) -> str:
        """Return the sentence in `language`."""
        values = {key: _said(value, language) for key, value in self.values.items()}
        return language.t(f"notes.{self.code}", count=self.count, **values)


def _said(value: object, language: Language) -> object:
    """Write a value of a note in the reader's language: words, days, periods, and several of them."""
    if isinstance(value, Word):
        return language.t(value)
    if isinstance(value, Period):
        return language.period(value)
    if isinstance(value, date):
        return language.date(value)
    if isinstance(value, tuple):
        return language.listing([str(_said(part, language)) for part in value])
    return value


#: Characters a line of a screen.
_WIDTH = 120


def _screen(table: pd.DataFrame) -> str:
    """Write a table no wider than a screen; columns in the middle give way, the verdict at the end stays."""
    for count in range(max(len(table.columns), 1), 0, -1):
        text = table.to_string(float_format=_shown, max_cols=count, max_colwidth=40)
        if len(text.partition("\n")[0]) <= _WIDTH:
            break
    return text


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Result:
    """Base of all results.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per estimate; full precision.
    method : str
        Which function computed it: ``linkage.link``; ``explain(result, "method")`` says how it works.
    n : int
        Rows or events used.
    period : Period or None
        Span of days covered.
    as_of : datetime.date or None
        Day up to which the data is known.
    client : Client
        Whose data it is; carries language and currency for `explain` and `plot`.
    notes : tuple of Note
        Exclusions, small samples, assumptions.
    edition : str
        Whom it may be shown to, one of `core.edition.EDITIONS`; what others must not see is taken out of it.
    """

    table: pd.DataFrame
    method: str
    n: int
    client: Client
    period: Period | None = None
    as_of: date | None = None
    notes: tuple[Note, ...] = ()
    edition: str = "manager"

    def _headline(self) -> str:
        span = f", {self.period}" if self.period else ""
        return f"{type(self).__name__}: {len(self.table)} rows, n = {self.n:,}{span}"

    def __repr__(self) -> str:
        shown = _screen(self.table.head(20))
        more = f"\n… {len(self.table) - 20} more rows in .table" if len(self.table) > 20 else ""
        return f"{self._headline()}\n{shown}{more}{self._notes_text()}"

    def _notes_text(self) -> str:
        language = self.client.words
        return "".join(f"\n- {note.text(language)}" for note in self.notes)

    def _repr_html_(self) -> str:
        language = self.client.words
        rows = self.table.head(30).to_html(index=False, float_format=_shown, border=0)
        notes = "".join(f"<li>{html.escape(note.text(language))}</li>" for note in self.notes)
        return f"<p><b>{html.escape(self._headline())}</b></p>{rows}<ul>{notes}</ul>"


def _shown(value: float) -> str:
    """Write a number of a table to look at: counts whole, the rest with four digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
