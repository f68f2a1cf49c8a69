"""A commented ``client.toml`` to start from."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ..core.client import FILE_NAME, Client
from ..core.errors import InvalidInput
from ..core.files import write_whole
from ..core.schema import SCHEMA
from .propose import Proposal

_TEMPLATE = """\
# Settings of one client. Lines that start with # are examples; take the # away to use them.
# Check the data at any time with: salesanalysis check {folder}

# As reports print it.
name = {name}

# Language of reports: en or id. Currency of all amounts (ISO 4217). Timezone in which days begin.
language = "en"
currency = "IDR"
timezone = "Asia/Jakarta"

# Country (ISO 3166) whose public holidays are no working days; "" for none.
country = "ID"

# Month in which the fiscal year starts.
fiscal_year_start = 1

# Day up to which the export is complete. Without it, the latest plausible day of events is taken.
# as_of = 2026-09-30

# Folder of CSV, Parquet or Excel files, a workbook or a DuckDB file, seen from this file.
source = {source}

# Under the first, a rate is marked "too few"; under the second, nothing is claimed about behaviour.
minimum_base = 20
claim_base = 100

# Fewer people than this are never shown as a group in editions that name nobody.
minimum_group = 5

# Largest share of a table's rows that may be left out before loading stops.
max_loss = 0.35

# Stages of the sales process in order, the ones of open opportunities.
# stages = ["qualification", "discovery", "proposal", "negotiation"]

# Activity measures in the order in which one leads to the next.
# funnel = ["calls", "connects", "conversations", "proposals"]

# What follows from results rather than precedes them; it is never coached on.
reactive = ["followups", "admin"]

# Activities tested against wins; without it, every measured one that is not reactive.
# family = ["calls", "meetings", "emails"]

# CRM whose export this is (salesforce, hubspot, pipedrive, dynamics, zoho); without it, recognised from the
# names of tables and columns; "none" switches that off.
# preset = "salesforce"

# How an activity without an opportunity gets one, in this order; and for how many days before an
# opportunity's creation and after its close it may.
attribution = ["link", "contact", "account"]
attribution_days = 90

# What makes an account a customer: "contracts" that run, or "purchases" in the last active_days days;
# "" for contracts where the data has them, else purchases.
customers = ""
active_days = 365

# Share of revenue that is profit, and the yearly discount rate, for customer lifetime value.
# margin = 0.4
discount_rate = 0.1

{proposal}
# File of the pay plan; write a commented one with: salesanalysis new {folder} --plan
# compensation = "plan.toml"

# What goals are meant to be where the table of goals does not say: "A" (few reach it), "C average" (half do)
# or "C minimum" (most do).
# [philosophy]
# calls = "C minimum"
# bookings = "C average"
# win_rate = "A"

# One block for each table whose file or columns are called otherwise than here. Tables and their columns
# (the first ones of each are needed where the table is):
#
{tables}
#
# [tables.opportunities]
# file = "pipeline_2026.csv"        # file, or table of a database; its name may leave the ending out
# sheet = "Q3"                     # of a workbook
# separator = ";"                  # ",", ";", "|" or "tab"; found by itself otherwise
# encoding = "cp1252"              # utf-8 otherwise
# decimal = ","                    # 1.234,56; found by itself where the values leave no doubt
# date_format = "%d/%m/%Y"         # of all dates; found by itself where the values leave no doubt
# where = {{ Type = "Deal", Test = false }}   # other rows are not opportunities
# deleted = "IsDeleted"            # yes: the row was deleted in the CRM; left out and counted
#
# [tables.opportunities.date_formats]   # where columns differ
# closed_on = "%m/%d/%Y"
#
# [tables.opportunities.columns]   # name here = name in the source; of a list, the first that is filled
# opportunity_id = "Opp ID"
# rep_id = "Owner"
# closed_on = ["Closed", "Close Date"]
# name = "Account + Product"       # several written as one
# stage = "Stage"
# amount = "Value"
# probability = "Chance"
#
# [tables.opportunities.scale]     # what the source is multiplied by
# probability = 0.01
#
# [tables.opportunities.cases]     # values by condition, the first that holds
# outcome = [{{ when = {{ Won = true }}, is = "won" }}, {{ when = {{ Won = false }}, is = "lost" }}]
#
# [tables.opportunities.values.type]   # value in the source = value here; "*" stands for all others
# "New Business" = "new"
# "*" = "expansion"
#
# [tables.opportunities.lookups.owner]   # another table that is looked in; rows are never multiplied
# file = "users.csv"
# on = {{ Owner = "Login" }}         # column here = column there
# columns = {{ rep_id = "User ID" }}
#
# Several sources of one table are put one below the other, each in [[double brackets]]:
#
# [[tables.activities]]
# file = "calls_*.csv"             # * stands for anything
# columns = {{ activity_id = "#file + #row", rep_id = "Sales", occurred_on = "Date", subject = "Notes" }}
# constants = {{ kind = "call" }}    # the same for every row
#
# [[tables.activities]]
# file = ["visits.xlsx", "visits.csv"]   # the first that is there
# alternative = true               # read only where no source before it is there
# needs = ["Visit No", "Day | Date"]     # a file without these columns is another one
# by_name = false                  # nothing is read but what is declared
# only_with = ["rep_id"]           # a row without one is somebody else's
#
# [[tables.reps]]
# file = "pipeline_2026.csv"
# distinct = true                  # rows that repeat a key are none of their own
# columns = {{ rep_id = "Owner", name = "Owner" }}
#
# [[tables.stage_history]]
# file = "history.csv"
# changes_of = "stage"             # rows in which the stage did not change are no changes
#
# What the activities are: by subject, type (what the source gives as kind) and result (as outcome), in any
# case, * stands for anything. The first rule that fits counts; it may name a kind, an outcome or both.
#
# [[kinds]]
# subject = "*demo*"
# type = "Meeting"
# kind = "meeting"
# outcome = "held"
"""


def write_client(
    folder: str | Path, *, name: str = "", source: str = "", proposal: Proposal | None = None
) -> Path:
    """Write a commented ``client.toml`` that teaches every key into `folder`, which is made when missing.

    Parameters
    ----------
    folder : str or path
        Where to write it.
    name, source : str
        As settings; a path is written as seen from the file where that is possible.
    proposal : Proposal, optional
        How the export is read, from `propose`; its settings become part of the file.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    InvalidInput
        There is a settings file already; it is not overwritten.
    CannotWrite
        The folder cannot be made or written to.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Client.read(write_client(folder, name="Acme")).name
    'Acme'
    """
    folder = Path(folder)
    path = folder / FILE_NAME
    if os.path.exists(path):
        raise InvalidInput(f"'{path}' exists already. Edit it, or choose another folder.")
    text = _TEMPLATE.format(
        folder=" ".join(str(folder).split()),
        name=_quoted(name or folder.resolve().name or Client.name),
        source=_quoted(_seen_from(folder, source) if source else "data"),
        tables="\n".join(_columns(table) for table in SCHEMA),
        proposal=proposal.settings + "\n" if proposal else "",
    )
    return write_whole(path, text.encode())


def _seen_from(folder: Path, source: str) -> str:
    """Return a source as seen from the folder of the settings; what is no path there stays as it is."""
    if "://" in source or not os.path.exists(source):
        return source if "://" in source else Path(source).as_posix()
    try:
        return Path(os.path.relpath(source, folder)).as_posix()
    except ValueError:  # another drive
        return Path(source).resolve().as_posix()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _columns(table: str) -> str:
    """Return one table and its columns as comment lines."""
    columns = sorted(SCHEMA[table].columns.values(), key=lambda c: not c.required)
    lines, line = [], f"#   {table}:"
    for column in columns:
        if len(line) + len(column.name) > 100:
            lines.append(line)
            line = "#     "
        line += f" {column.name}"
    return "\n".join([*lines, line])
