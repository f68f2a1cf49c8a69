"""The canonical tables: columns, types, keys and meaning, declared once and read by everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .errors import unknown

#: Types a canonical column can have.
DTYPES = ("string", "date", "timestamp", "float", "int", "bool")


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes
    ----------
    name, dtype : str
        Name and one of `DTYPES`.
    meaning : str
        One plain sentence.
    required : bool
        The table is unusable without this column.
    filled : bool
        Every row must have a value; a row without one is excluded and counted.
    references : str
        ``table.column`` this value points to; a value found nowhere there is an orphan.
    values : tuple of str
        The only values allowed, where the list is closed.
    minimum : float or None
        Smallest number that can be right.
    """

    name: str
    dtype: str
    meaning: str
    required: bool = False
    filled: bool = False
    references: str = ""
    values: tuple[str, ...] = ()
    minimum: float | None = None


@dataclass(frozen=True)
class Table:
    """One canonical table; `key` names the columns whose values identify a row."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: Mapping[str, Column] = field(default_factory=dict)
    required: bool = False

    def __getitem__(self, name: str) -> Column:
        try:
            return self.columns[name]
        except KeyError:
            raise unknown("column", name, self.columns, where=self.name) from None


def _table(name: str, meaning: str, key: str, *columns: Column, required: bool = False) -> Table:
    return Table(name, meaning, tuple(key.split()), MappingProxyType({c.name: c for c in columns}), required)


_REP = "reps.rep_id"
_ACCOUNT = "accounts.account_id"
_OPPORTUNITY = "opportunities.opportunity_id"
_AMOUNT = "float"

_TABLES = (
    _table(
        "reps",
        "One row per salesperson, those who left included.",
        "rep_id",
        Column("rep_id", "string", "Identifies the rep.", required=True, filled=True),
        Column("name", "string", "Name as shown in reports.", required=True, filled=True),
        Column("team", "string", "Team the rep belongs to."),
        Column("manager", "string", "Name of the rep's manager."),
        Column("role", "string", "Sales role, such as SDR, AE or AM."),
        Column("region", "string", "Region or office the rep sells from."),
        Column("hired_on", "date", "First day of work."),
        Column("left_on", "date", "First day no longer employed; empty while employed."),
        Column("annual_cost", _AMOUNT, "Salary and other costs a year, client currency.", minimum=0),
        required=True,
    ),
    _table(
        "accounts",
        "One row per company sold to.",
        "account_id",
        Column("account_id", "string", "Identifies the account.", required=True, filled=True),
        Column("name", "string", "Company name."),
        Column("segment", "string", "Business category."),
        Column("region", "string", "Region of the account."),
        Column("source", "string", "How the account was acquired."),
        Column("created_on", "date", "Day the account was created."),
    ),
    _table(
        "leads",
        "One row per prospect before it becomes an opportunity.",
        "lead_id",
        Column("lead_id", "string", "Identifies the lead.", required=True, filled=True),
        Column("rep_id", "string", "Owner of the lead.", references=_REP),
        Column("account_id", "string", "Account of the lead.", references=_ACCOUNT),
        Column("created_on", "date", "Day the lead entered.", required=True, filled=True),
        Column("source", "string", "Acquisition method."),
        Column("converted_on", "date", "Day it became an opportunity."),
        Column("opportunity_id", "string", "Opportunity it became.", references=_OPPORTUNITY),
    ),
    _table(
        "opportunities",
        "One row per opportunity, open ones included.",
        "opportunity_id",
        Column("opportunity_id", "string", "Identifies the opportunity.", required=True, filled=True),
        Column("rep_id", "string", "Owner.", required=True, references=_REP),
        Column("account_id", "string", "Account sold to.", references=_ACCOUNT),
        Column("name", "string", "Name as shown in reports."),
        Column("created_on", "date", "Day it entered the pipeline."),
        Column("closed_on", "date", "Day it was won or lost; empty while open."),
        Column("expected_close_on", "date", "Close date the rep expects."),
        Column(
            "outcome",
            "string",
            "won, lost or open.",
            required=True,
            filled=True,
            values=("won", "lost", "open"),
        ),
        Column("stage", "string", "Stage of the sales process it stands in."),
        Column("amount", _AMOUNT, "Contract value, client currency.", minimum=0),
        Column("product", "string", "Product sold."),
        Column("source", "string", "Acquisition method."),
        Column("region", "string", "Region of the sale."),
        Column("lost_reason", "string", "Reason recorded for a lost opportunity."),
        required=True,
    ),
    _table(
        "stage_history",
        "One row each time an opportunity enters a stage.",
        "opportunity_id stage entered_on",
        Column(
            "opportunity_id",
            "string",
            "The opportunity.",
            required=True,
            filled=True,
            references=_OPPORTUNITY,
        ),
        Column("stage", "string", "Stage entered.", required=True, filled=True),
        Column("entered_on", "date", "Day it entered the stage.", required=True, filled=True),
        Column("rep_id", "string", "Owner on that day.", references=_REP),
    ),
    _table(
        "activities",
        "One row per call, meeting, email, proposal, task and so on.",
        "activity_id",
        Column("activity_id", "string", "Identifies the activity.", required=True, filled=True),
        Column("rep_id", "string", "Rep who did it.", required=True, references=_REP),
        Column(
            "kind",
            "string",
            "What it was, such as call, meeting, email, proposal.",
            required=True,
            filled=True,
        ),
        Column("outcome", "string", "What came of it, such as connected, conversation, held, sent."),
        Column("occurred_on", "date", "Day it happened.", required=True, filled=True),
        Column("logged_on", "date", "Day it was written into the CRM."),
        Column("due_on", "date", "Day a task is due."),
        Column("completed_on", "date", "Day a task was done."),
        Column("opportunity_id", "string", "Opportunity it belongs to.", references=_OPPORTUNITY),
        Column("account_id", "string", "Account it belongs to.", references=_ACCOUNT),
        Column("lead_id", "string", "Lead it belongs to.", references="leads.lead_id"),
        Column("duration_minutes", "float", "Length in minutes.", minimum=0),
    ),
    _table(
        "contracts",
        "One row per signed contract.",
        "contract_id",
        Column("contract_id", "string", "Identifies the contract.", required=True, filled=True),
        Column("account_id", "string", "Customer.", required=True, references=_ACCOUNT),
        Column("opportunity_id", "string", "Opportunity it came from.", references=_OPPORTUNITY),
        Column("rep_id", "string", "Rep who signed it.", references=_REP),
        Column("signed_on", "date", "Day of signature.", required=True, filled=True),
        Column("starts_on", "date", "First day of the term."),
        Column("ends_on", "date", "Day after the last day of the term."),
        Column("value", _AMOUNT, "Total value over the term, client currency.", minimum=0),
        Column("annual_value", _AMOUNT, "Recurring value a year, client currency.", minimum=0),
    ),
    _table(
        "goals",
        "One row per target: a KPI, whose target it is, and the period.",
        "kpi scope scope_id period",
        Column("kpi", "string", "Name of the KPI in the registry.", required=True, filled=True),
        Column(
            "scope",
            "string",
            "Whose target: rep, team or organisation.",
            required=True,
            filled=True,
            values=("rep", "team", "organisation"),
        ),
        Column("scope_id", "string", "rep_id or team; empty for the organisation."),
        Column("period", "string", "Period such as 2026-Q3.", required=True, filled=True),
        Column("target", "float", "Target in the KPI's unit (rates 0 to 1).", required=True, filled=True),
        Column(
            "philosophy",
            "string",
            "A: few reach it; C average: half do; C minimum: most do.",
            values=("A", "C average", "C minimum"),
        ),
    ),
    _table(
        "coaching",
        "One row per agreed action of a coaching session.",
        "session_id action",
        Column("session_id", "string", "Identifies the session.", required=True, filled=True),
        Column("rep_id", "string", "Rep coached.", required=True, filled=True, references=_REP),
        Column("coach", "string", "Name of the coach."),
        Column("held_on", "date", "Day of the session.", required=True, filled=True),
        Column("kpi", "string", "KPI or behaviour worked on."),
        Column("action", "string", "What was agreed."),
        Column("due_on", "date", "Day the action was due."),
        Column("status", "string", "What became of it.", values=("done", "partly", "not done", "open")),
        Column("note", "string", "What happened, in a few words."),
    ),
)

#: Every canonical table by name.
SCHEMA: Mapping[str, Table] = MappingProxyType({t.name: t for t in _TABLES})


def table(name: str) -> Table:
    """Return the declaration of canonical table `name`; an unknown name lists the close matches.

    Examples
    --------
    >>> table("reps").key
    ('rep_id',)
    """
    try:
        return SCHEMA[name]
    except KeyError:
        raise unknown("table", name, SCHEMA) from None


def column(reference: str) -> Column:
    """Return the declaration of ``table.column``.

    Examples
    --------
    >>> column("reps.hired_on").dtype
    'date'
    """
    name, _, col = reference.partition(".")
    return table(name)[col]
