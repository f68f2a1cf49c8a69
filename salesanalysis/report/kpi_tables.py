"""What the commands ``kpis`` and ``kpi`` print: tables for people, CSV and JSON for programs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..core.crm import Crm
from ..core.errors import InvalidInput, did_you_mean
from ..core.files import write_whole
from ..core.i18n import MISSING, Language
from ..core.sheetsafe import inert_frame
from ..goals import CompareResult, compare
from ..kpi import KPIS, Kpi, sql
from ..kpi.subject import subjects
from .kpi_facts import examples, facts, interval, readings, search, summary
from .tables import FORMATS, Source, plain_table

#: Sign of each verdict, so that colour is not needed.
_SIGNS = {"higher": "▲", "lower": "▼", "no_clear_difference": "="}


@dataclass(frozen=True)
class Slice:
    """How values are cut: the period, the dimensions, the grain, what they are compared with."""

    period: str = ""
    by: tuple[str, ...] = ()
    grain: str = ""
    against: tuple[str, ...] = ()


def show_kpis(names: list[str], source: Source, *, cut: Slice, role: str = "", dialect: str = "") -> None:
    """Print all KPIs by subject, those with the words asked for, or one with all there is to say about it."""
    console = Console(markup=False)
    if dialect:
        if len(names) != 1:
            raise InvalidInput("Name the KPI whose query you want: salesanalysis kpis win_rate --sql trino")
        _print_sql(console, KPIS[names[0]], dialect, cut)
    elif len(names) == 1 and names[0] in KPIS:
        _print_page(console, KPIS[names[0]], source, cut)
    else:
        chosen = set(search(names, role=role))
        _print_list(console, {name: [k for k in kpis if k in chosen] for name, kpis in subjects().items()})


def _print_sql(console: Console, kpi: Kpi, dialect: str, cut: Slice) -> None:
    period = {"period": cut.period} if cut.period else {}
    text = sql(kpi, dialect, by=cut.by or ("rep_id",), grain=cut.grain or None, **period)
    console.print(text, highlight=False, soft_wrap=True)


def _print_list(console: Console, found: dict[str, list[Kpi]]) -> None:
    words = Language("en")
    names = [name for kpis in found.values() for name in (k.name for k in kpis)]
    width = max(map(len, names))
    for subject, kpis in found.items():
        if not kpis:
            continue
        console.print(f"\n{subject}", style="bold", highlight=False)
        rows = plain_table("kpi", "what it is", "unit", "other readings", head=False)
        rows.columns[0].min_width = width
        for kpi in kpis:
            others = " ".join(f".{other.variant}" for other in readings(kpi))
            rows.add_row(kpi.name, summary(kpi, words), kpi.unit, Text(others, "dim"))
        console.print(rows)
    hint = "One in full: salesanalysis kpis NAME --client DIR; its query: salesanalysis kpis NAME --sql trino"
    console.print(f"\n{hint}", style="dim", highlight=False)


def _print_page(console: Console, kpi: Kpi, source: Source, cut: Slice) -> None:
    words, values, when = Language("en"), {}, ""
    if source.given:
        crm = replace(source, language=source.language or words.code).load()
        period = crm.period(cut.period)
        values = examples(crm, (kpi, *readings(kpi)), period)
        when = f"{crm.client.name}, {crm.client.words.period(period)}"
    console.print(f"{kpi.label(words)} ({kpi.name})", style="bold", highlight=False)
    console.print(summary(kpi, words), highlight=False)
    rows = Table(box=None, show_header=False, pad_edge=False)
    rows.add_column(style="dim")
    rows.add_column(overflow="fold")
    for label, text in facts(kpi, words):
        rows.add_row(label, text)
    if when:
        rows.add_row("value", f"{values.get(kpi.name, 'not in this data')} ({when})")
    for other in readings(kpi):
        shown = f"\n{values.get(other.name, 'not in this data')}" if when else ""
        rows.add_row(f".{other.variant}", f"{other.label(words)}: {other.formula}{shown}")
    console.print(rows)


def show_values(names: list[str], source: Source, *, cut: Slice, format_: str, csv: Path | None) -> None:
    """Compute KPIs, compare them where asked, and print them as a table, CSV or JSON."""
    if format_ not in FORMATS:
        raise InvalidInput(f"Cannot print as '{format_}'.{did_you_mean(format_, FORMATS)}")
    asked = [KPIS[name] for name in names]
    crm = source.load()
    span = crm.span if cut.grain and not cut.period else crm.period(cut.period)
    found = compare(crm, asked, span, by=cut.by, grain=cut.grain or None, against=cut.against)
    if csv:
        write_whole(csv, inert_frame(found.table).to_csv(index=False).encode())
    if format_ == "json":
        rows = json.loads(found.table.to_json(orient="records", double_precision=15))
        known = {"client": crm.client.name, "as_of": crm.as_of.isoformat(), "fingerprint": crm.fingerprint}
        sys.stdout.write(json.dumps({**known, "values": rows}, indent=1, ensure_ascii=False) + "\n")
    elif format_ == "csv":
        inert_frame(found.table).to_csv(sys.stdout, index=False)
    elif not csv:
        _print_values(found, crm)


def _print_values(found: CompareResult, crm: Crm) -> None:
    words, console = crm.client.words, Console(markup=False)
    for kpi in found.asked:
        rows = found.of(kpi.name).table
        for contrast in found.against or ("",):
            mine = rows[rows["contrast"] == contrast] if contrast else rows
            console.print(f"{kpi.label(words)} ({kpi.name})", style="bold", highlight=False)
            console.print(_values(found, mine, contrast, words))
            if (mine["is_too_few"] & mine["estimate"].notna()).any():
                console.print(f"* {words.t('compare.few')}", style="dim", highlight=False)
            console.print()
    for note in found.notes:
        console.print(note.text(words), style="dim", highlight=False)
    code = crm.fingerprint
    foot = words.t("compare.foot", date=words.date(crm.as_of), code=code, period=words.period(found.period))
    console.print(foot, style="dim", highlight=False)


def _values(found: CompareResult, rows: pd.DataFrame, contrast: str, words: Language) -> Table:
    level = words.percent(found.level, 0)
    who = [*found.by, *["period"] * (len(found.periods) > 1)]
    heads = [words.t(f"compare.head.{c}") if words.has(f"compare.head.{c}") else c for c in who]
    right = [words.t("compare.head.value"), words.t("compare.head.interval", level=level), "n"]
    extra = []
    if contrast:
        extra = [words.t(f"compare.against.{contrast}"), words.t("compare.head.difference")]
    columns = plain_table(*heads, *right, *extra, right=(*right, *extra))
    for column in columns.columns[len(who) :]:  # numbers never break over lines; the verdict gives way
        column.no_wrap = True
    if contrast:
        columns.add_column(words.t("compare.head.verdict"))
    for row in rows.to_dict("records"):
        cells = [_who(row, column) for column in who]
        cells += [
            words.value(row["estimate"], row["unit"]),
            interval(row, words),
            _count(row, words),
        ]
        if contrast:
            cells += [
                words.value(row["reference"], row["unit"]),
                _difference(row, words),
                _verdict(row, words),
            ]
        columns.add_row(*cells)
    return columns


def _who(row: dict, column: str) -> str:
    value = row["name"] if column == "rep_id" else row[column]
    return MISSING if pd.isna(value) else str(value)


def _count(row: dict, words: Language) -> str:
    """Return what a value rests on, with a star where it is too little."""
    star = "*" if row["is_too_few"] and pd.notna(row["estimate"]) else ""
    return words.number(row["n"]) + star


def _difference(row: dict, words: Language) -> str:
    """Return the difference with its interval: of counts, rates and money in percent, of shares in points."""
    if pd.notna(row["ratio_low"]):
        ends = _span(*(words.number((row[c] - 1) * 100, sign=True) for c in ("ratio_low", "ratio_high")))
        return f"{words.percent(row['ratio'] - 1, 0, sign=True)} {ends}"
    if pd.isna(row["difference"]):
        return MISSING
    if row["unit"] == "share":
        shown = words.number(row["difference"] * 100, 1, sign=True)
    else:
        shown = words.value(row["difference"], row["unit"], sign=True)
    return shown if pd.isna(row["difference_low"]) else f"{shown} {_ends(row, words)}"


def _span(low: str, high: str) -> str:
    return f"({low}…{high})"


def _ends(row: dict, words: Language) -> str:
    low, high = row["difference_low"], row["difference_high"]
    if row["unit"] == "share":
        return _span(*(words.number(end * 100, 1, sign=True) for end in (low, high)))
    if row["unit"] == "money":
        divisor, _ = words.money_scale(max(abs(low), abs(high)))
        return _span(*(words.number(end / divisor, 1, sign=True) for end in (low, high)))
    return _span(*(words.value(end, row["unit"], sign=True) for end in (low, high)))


def _verdict(row: dict, words: Language) -> Text:
    """Return the verdict after its sign; where the data cannot tell, the sign says so and the words why."""
    if row["verdict"] == "cannot_tell":
        return Text(f"? {words.t('compare.reason.' + row['reason'])}", "dim")
    return Text(f"{_SIGNS[row['verdict']]} {words.t('compare.verdict.' + row['verdict'])}")
