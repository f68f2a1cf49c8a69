"""A commented ``client.toml`` to start from."""

from __future__ import annotations

import json
from pathlib import Path

from ..core.client import FILE_NAME, Client
from ..core.errors import InvalidInput
from ..core.files import write_whole
from ..core.schema import SCHEMA

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

# CRM whose export this is (salesforce, hubspot, pipedrive, dynamics, zoho, outlook); without it, recognised.
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
#
# [tables.opportunities.date_formats]   # where columns differ
# closed_on = "%m/%d/%Y"
#
# [tables.opportunities.columns]   # name here = name in the source
# opportunity_id = "Opp ID"
# rep_id = "Owner"
# closed_on = "Close Date"
# outcome = "Stage"
# stage = "Stage"
# amount = "Value"
#
# [tables.opportunities.values.outcome]   # value in the source = value here; "*" stands for all others
# "Closed Won" = "won"
# "Closed Lost" = "lost"
# "*" = "open"
#
# [tables.activities.constants]    # the same for every row
# kind = "call"
"""


def write_client(folder: str | Path, *, name: str = "", source: str = "") -> Path:
    """Write a commented ``client.toml`` that teaches every key into `folder`, which is made when missing.

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
    if path.exists():
        raise InvalidInput(f"'{path}' exists already. Edit it, or choose another folder.")
    text = _TEMPLATE.format(
        folder=" ".join(str(folder).split()),
        name=_quoted(name or folder.resolve().name or Client.name),
        source=_quoted(Path(source).as_posix() if source else "data"),
        tables="\n".join(_columns(table) for table in SCHEMA),
    )
    return write_whole(path, text.encode())


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
