"""What the commands ``kpis``, ``kpi`` and ``check`` print: tables for people, CSV and JSON for programs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..core.crm import Crm
from ..core.errors import InvalidInput, did_you_mean
from ..core.i18n import Language

if TYPE_CHECKING:
    from ..readiness import ReadinessResult

#: How values can be printed.
FORMATS = ("table", "csv", "json")


@dataclass(frozen=True)
class Source:
    """Whose data a command reads."""

    client: str = ""
    source: str = ""
    language: str = ""

    def load(self) -> Crm:
        """Load the data; say what to give when nothing was given."""
        from ..data import load

        if not self.client and not self.source:
            raise InvalidInput("Say whose data: --client DIR, --source DIR, or --client sample.")
        return load(self.source or None, self.client or None, language=self.language)


def show_kpis(name: str, *, dialect: str = "") -> None:
    """Print all KPIs, or one with its formula, needs and query."""
    from ..kpi import KPIS, sql

    words, console = Language("en"), Console(markup=False)
    if dialect:
        if not name:
            raise InvalidInput("Name the KPI whose query you want: salesanalysis kpis win_rate --sql trino")
        console.print(sql(KPIS[name].name, dialect), markup=False, highlight=False, soft_wrap=True)
        return
    if not name:
        table = _table("kpi", "what it is", "unit", "better", "formula")
        for kpi in KPIS.values():
            table.add_row(kpi.name, words.t(f"kpi.{kpi.name}.what"), kpi.unit, kpi.better, kpi.formula)
        console.print(table)
        return
    kpi = KPIS[name]
    table = Table(box=None, show_header=False, pad_edge=False)
    for label, value in (
        ("name", words.t(f"kpi.{kpi.name}.name")),
        ("what", words.t(f"kpi.{kpi.name}.what")),
        ("formula", kpi.formula),
        ("unit", kpi.unit),
        ("better", kpi.better),
        ("role", kpi.role),
        ("needs", ", ".join(kpi.needs)),
        ("source", kpi.source or "–"),
    ):
        table.add_row(Text(label, "bold"), value)
    console.print(table)


def show_values(
    names: list[str],
    source: Source,
    *,
    by: str = "",
    period: str = "",
    grain: str = "",
    format_: str = "table",
) -> None:
    """Compute KPIs and print them as a table, CSV or JSON."""
    from ..kpi import KPIS, panel

    if format_ not in FORMATS:
        raise InvalidInput(f"Cannot print as '{format_}'.{did_you_mean(format_, FORMATS)}")
    asked = [KPIS[name] for name in names]
    crm = source.load()
    values = panel(crm, asked, period or crm.span, by=by or (), grain=grain or None)
    frame = _named(crm, values.kpis)
    if format_ == "json":
        rows = json.loads(frame.to_json(orient="records", double_precision=15))
        facts = {"client": crm.client.name, "as_of": crm.as_of.isoformat(), "fingerprint": crm.fingerprint}
        sys.stdout.write(json.dumps({**facts, "values": rows}, indent=1, ensure_ascii=False) + "\n")
    elif format_ == "csv":
        frame.to_csv(sys.stdout, index=False)
    else:
        _print_values(frame, crm)


def _named(crm: Crm, frame: pd.DataFrame) -> pd.DataFrame:
    """Put the rep's name beside the id."""
    if "rep_id" not in frame:
        return frame
    names = crm.reps().set_index("rep_id")["name"]
    at = frame.columns.get_loc("rep_id") + 1
    frame = frame.copy()
    frame.insert(at, "name", frame["rep_id"].map(names))
    return frame


def _print_values(frame: pd.DataFrame, crm: Crm) -> None:
    words = crm.client.words
    left = [c for c in frame if c not in ("estimate", "numerator", "base", "unit")]
    table = _table(*left, "value", "numerator", "base", right=("value", "numerator", "base"))
    for row in frame.to_dict("records"):
        numerator = words.value(row["numerator"], "money" if row["unit"] == "money" else "count")
        table.add_row(
            *("–" if pd.isna(row[c]) else str(row[c]) for c in left),
            words.value(row["estimate"], row["unit"]),
            numerator,
            words.number(row["base"]),
        )
    console = Console(markup=False)
    console.print(table)
    console.print(
        f"as of {words.date(crm.as_of)} · data fingerprint {crm.fingerprint}", style="dim", highlight=False
    )


def show_check(source: Source) -> None:
    """Print what loading found and which KPIs the data can answer."""
    from ..prose import explain
    from ..readiness import assess

    crm = source.load()
    found = assess(crm)
    words, console = crm.client.words, Console(markup=False)
    console.print(explain(found, "title"), style="bold", highlight=False)
    for line in explain(found, "answer").splitlines():
        console.print(line.replace("**", ""), highlight=False, soft_wrap=True)
    _print_rows(console, crm, words)
    _print_findings(console, found, words)
    _print_kpis(console, found)


def _print_rows(console: Console, crm: Crm, words: Language) -> None:
    table = _table("table", "rows read", "left out", right=("rows read", "left out"))
    left_out = crm.exclusions.groupby("table")["rows"].sum()
    for name, rows in crm.rows_in.items():
        table.add_row(name, words.number(rows), words.number(left_out.get(name, 0)))
    console.print(table)


def _print_findings(console: Console, found: ReadinessResult, words: Language) -> None:
    rows = found.validation.table
    if rows.empty:
        return
    table = _table("severity", "table", "column", "found", "rows", "example", right=("rows",))
    colours = {"blocker": "red", "excluded": "yellow", "warning": "yellow", "info": "dim"}
    for row in rows.itertuples():
        colour = colours[row.severity]
        reason = words.t(f"readiness.reason.{row.check}")
        severity = words.t(f"assess.severity.{row.severity}")
        table.add_row(
            Text(severity, colour), row.table, row.column, reason, words.number(row.rows), row.example
        )
    console.print(table)


def _print_kpis(console: Console, found: ReadinessResult) -> None:
    table = _table("kpi", "can be computed", "what to export")
    for row in found.coverage.table.itertuples():
        good = row.verdict == "computable"
        table.add_row(row.kpi, Text("yes", "green") if good else Text("no", "yellow"), row.export)
    console.print(table)


def _table(*heads: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for index, name in enumerate(heads):
        side = "right" if name in right else "left"
        table.add_column(name, justify=side, style="bold" if index == 0 else "", overflow="fold")
    return table
