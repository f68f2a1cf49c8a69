"""The compensation report: what is paid, what for, what it would be, and what coaching is to be paid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..compensation import PayrollResult
from ..compensation.labels import group_name
from ..core.crm import Crm
from ..core.i18n import MISSING, Language
from ..kpi import KPIS
from .blocks import Block, Cell, Column, Columns, Mark, Table, Tile, Tiles
from .files import slug_of_rep, slug_of_scope
from .markup import escape
from .pages import Description, body, head, part, section, silent

#: Glyph of what is to be said of pay on a KPI.
MARKS = {"result": "open", "in_order": "met", "failed": "below", "cannot_tell": "open", "unpaid": "stretch"}
_TESTS = ("measurable", "significant", "goal_oriented", "coachable")
#: Lines of a plan, as its file writes them.
EXAMPLE = {
    "basis": 'basis = "booked" · settles = "quarter"',
    "base": "[roles.AE] · base = 150_000_000 · variable = 100_000_000",
    "cap": "cap = 250_000_000 · draw = 24_000_000 · draw_recoverable = true",
    "commission": '[roles.AE.commission] · measure = "bookings" · target = "goal" · weight = 0.8',
    "tiers": "tiers = [{ from = 0, multiplier = 1 }, { from = 1, multiplier = 1.5 }]",
    "bonus": '[[roles.AE.bonuses]] · kpi = "win_rate" · weight = 0.2 · floor = 0.8 · most = 1.2',
    "splits": "[splits] · handed_over = 0.1",
}
#: Most reps whose pay the page lists: those with the highest.
SLIPS = 34
#: Rows of what is paid for that leave room below them.
BESIDE = 7
_WIDTHS = (150, 11, 108)
#: Money columns of the table of everybody's pay that add up to the pay.
_PARTS = ("base_pay", "commission", "accelerator", "bonus", "adjusted")
_ADJUSTED = ("clawback", "cap", "draw", "recovered")

part(PayrollResult, "curve", "what_if", "curve")
part(PayrollResult, "ahead", "what_if", "levels")


@silent(PayrollResult)
def nothing_there(result: PayrollResult, kind: str) -> bool:
    """Leave out what this page has no data or no plan for."""
    if kind == "template":
        return result.paid is not None
    if result.paid is None:
        return True
    if kind in ("tiles", "slips"):
        return bool(result.rep)
    if kind == "slip":
        return not result.rep
    if kind in ("for", "bars"):
        return result.pays_for is None
    if kind == "compared":
        return result.what_if.compared.empty
    return kind == "coaches" and result.coaches.empty


@head(PayrollResult, "compensation")
def describe(result: PayrollResult, crm: Crm) -> Description:
    """Return whose pay it is."""
    words = crm.client.words
    whose = words.t("compensation.field.all")
    code = slug_of_scope(result.team, reps=crm.reps())
    if result.rep:
        row = result.table.iloc[0]
        whose = str(row["name"])
        code = slug_of_rep({"name": whose, "rep_id": result.rep}, crm.reps())
    elif result.team:
        whose = result.team
    fields = [(words.t("compensation.field.whose"), escape(whose))]
    if result.paid is not None:
        plan = result.paid.plan
        fields += [
            (words.t("compensation.field.plan"), escape(plan.name) or words.t("compensation.plan_unnamed")),
            (words.t("compensation.field.basis"), words.t(f"compensation.basis.{plan.basis}")),
        ]
    fields += [
        (words.t("report.period"), words.period(result.period)),
        (words.t("report.as_of_label"), words.date(crm.as_of)),
    ]
    return Description(
        fields=tuple(fields),
        scope=f"{whose} · {words.period(result.period)}",
        edition=words.t(f"report.edition_{result.edition}"),
        facts=(
            ("period", result.period.label),
            ("edition", result.edition),
            ("team", result.team),
            *((("rep", whose), ("rep_id", result.rep)) if result.rep else ()),
            ("slug", code),
        ),
        landscape=True,
    )


@body(PayrollResult, "tiles")
def tiles(result: PayrollResult) -> tuple[Block, ...]:
    """Return the key figures, the bars of pay beside what it is for."""
    bars = section(result, "bars")
    right = (section(result, "for"), *((section(result, "ahead"),) if fits_beside(result) else ()))
    return (
        Tiles(tiles=tuple(_tiles(result))),
        Columns(left=(bars,), right=right, widths=_WIDTHS),
    )


def fits_beside(result: PayrollResult) -> bool:
    """Tell whether what is ahead fits below what is paid for on the first page."""
    return result.pays_for is not None and len(result.pays_for.table) <= BESIDE


def _tiles(result: PayrollResult) -> list[Tile]:
    words, table, found = result.client.words, result.table, result.pays_for
    pay, variable, value = (float(table[c].sum()) for c in ("pay", "variable_pay", "credited"))
    ahead = result.what_if.ahead
    known = ahead.period is not None
    interval = words.interval(ahead.conf_low, ahead.conf_high, "money") if known else ""
    period = words.period(ahead.period) if known else ""
    base = words.percent((pay - variable) / pay if pay > 0 else np.nan, 0)
    return [
        Tile(
            label=words.t("compensation.tile.pay"),
            value=words.money(pay),
            note=words.t("compensation.tile.pay_note", reps=words.number(result.paid.reps), share=base),
        ),
        Tile(
            label=words.t("compensation.tile.variable"),
            value=words.money(variable),
            note=words.t(
                "compensation.tile.variable_note", target=words.money(float(table["on_target"].sum()))
            ),
        ),
        Tile(
            label=words.t("compensation.tile.cost"),
            value=words.number(100 * pay / value if value > 0 else np.nan, 1),
            note=words.t("compensation.tile.cost_note", value=words.money(value)),
        ),
        Tile(
            label=words.t("compensation.tile.behaviour"),
            value=words.percent(found.behaviour_target, 0),
            note=words.t("compensation.tile.behaviour_note"),
        ),
        Tile(
            label=words.t("compensation.tile.top"),
            value=words.percent(found.top_pay, 0),
            note=words.t("compensation.tile.top_note", share=words.percent(found.top_value, 0)),
        ),
        Tile(
            label=words.t("compensation.tile.ahead", period=period)
            if known
            else words.t("compensation.tile.next"),
            value=words.money(ahead.estimate) if known else MISSING,
            note=words.t("compensation.tile.ahead_note", interval=interval)
            if known
            else words.t("compensation.tile.no_ahead_note"),
        ),
    ]


@body(PayrollResult, "for", keep=True)
def paid_for(result: PayrollResult) -> tuple[Block, ...]:
    """Return what variable pay is for, with the passport's word."""
    words, table = result.client.words, result.pays_for.table
    columns = (
        Column(words.t("compensation.col.for"), width_mm=36),
        Column(words.t("compensation.col.at_target"), align="right", width_mm=13),
        Column(words.t("compensation.col.earned"), align="right", width_mm=15),
        Column(words.t("compensation.col.tests")),
    )
    rows = tuple(_for_row(row, words) for _, row in table.iterrows())
    return (Table(columns=columns, rows=rows),)


def _for_row(row: pd.Series, words: Language) -> tuple[object, ...]:
    reason = str(row["reason"])
    failed = [words.t(f"compensation.test.{t}") for t in _TESTS if row[t] == "fail"]
    is_unpaid = reason == "unpaid"
    return (
        KPIS[row["kpi"]].label(words),
        MISSING if is_unpaid else words.percent(row["target_share"], 0),
        MISSING if is_unpaid else words.percent(row["share"], 0),
        Mark(MARKS[reason], words.t(f"compensation.for_reason.{reason}", tests=", ".join(failed))),
    )


@body(PayrollResult, "slips", new_page=True)
def slips(result: PayrollResult) -> tuple[Block, ...]:
    """Return everybody's pay in one row each, whose parts add up as shown."""
    words, table = result.client.words, result.table
    more = result.what_if.marginal.set_index("rep_id")
    divisor = words.money_unit(float(table["pay"].max()))[0]
    money = ("base", "commission", "accelerator", "bonus", "adjusted", "pay")
    columns = (
        Column(words.t("compensation.col.rep"), width_mm=38, one_line=True),
        Column(words.t("compensation.col.role"), width_mm=29, one_line=True),
        Column(words.t("compensation.col.attainment"), align="right", width_mm=17),
        Column(words.t("compensation.col.credited"), align="right", width_mm=16),
        *(Column(words.t(f"compensation.col.{name}"), align="right", width_mm=17.5) for name in money),
        Column(words.t("compensation.col.ratio"), align="right", width_mm=14),
        Column(words.t("compensation.col.split"), align="right", width_mm=14),
        Column(words.t("compensation.col.more")),
    )
    first = table["pay"].astype(float).sort_values(ascending=False, kind="stable").index[:SLIPS]
    shown = table[table.index.isin(first)]
    rows = tuple(_slip_row(row, more, divisor, words) for _, row in shown.iterrows())
    left = len(table) - len(shown)
    note = words.t("compensation.slips_more", count=left) if left else ()
    return (Table(columns=columns, rows=rows, note=note),)


def adding(parts: list[float], total: float, decimals: int) -> list[float]:
    """Round parts so that they add up to the rounded total; those that rounding moved most give way.

    Examples
    --------
    >>> adding([1.26, 2.27, 0.0], 3.53, 1)
    [1.2, 2.3, 0.0]
    """
    found = [round(p, decimals) for p in parts]
    step = 10.0**-decimals
    steps = round((round(total, decimals) - sum(found)) / step)
    sign = 1 if steps > 0 else -1
    by_error = sorted(range(len(parts)), key=lambda i: sign * (found[i] - parts[i]))
    for i in by_error[: abs(steps)]:
        found[i] = round(found[i] + sign * step, decimals)
    return found


def _slip_row(row: pd.Series, more: pd.DataFrame, divisor: float, words: Language) -> tuple[object, ...]:
    adjusted = float(sum(row[name] for name in _ADJUSTED))
    parts = [float(row[name]) if name != "adjusted" else adjusted for name in _PARTS]
    shown = adding([p / divisor for p in parts], float(row["pay"]) / divisor, 2)
    under = " · ".join(escape(str(row[c])) for c in ("role", "team") if row[c] and row["rep_id"])
    ratio = row["variable_pay"] / row["on_target"] if row["on_target"] > 0 else np.nan
    return (
        escape(group_name(row, words)),
        Cell(under, "muted"),
        words.percent(row["attainment"], 0),
        Cell(
            words.money(row["credited"], unit=False)
            if divisor == 1
            else words.number(row["credited"] / divisor, 1),
            "muted",
        ),
        *(words.number(v, 2) if v else Cell(MISSING, "muted") for v in shown),
        f"**{words.number(row['pay'] / divisor, 2)}**",
        words.percent(ratio, 0),
        Cell(
            words.number(row["split_pay"] / divisor, 2, sign=True) if row["split_pay"] else MISSING, "muted"
        ),
        _more(more, str(row["rep_id"]), words),
    )


def _more(more: pd.DataFrame, rep_id: str, words: Language) -> Cell:
    """Say what one more win would have paid."""
    if rep_id not in more.index:
        return Cell(MISSING, "muted")
    found = more.loc[rep_id]
    text = words.t(
        f"compensation.more.{found['verdict']}",
        gain=words.money(found["estimate"]),
        rate=words.percent(found["rate"]),
    )
    is_stuck = found["verdict"] in ("capped", "below_threshold", "no_goal", "jump")
    return Cell(text, "vermilion" if is_stuck else "ink")


@body(PayrollResult, "template", keep=True)
def template(result: PayrollResult) -> tuple[Block, ...]:
    """Return what a plan must say, where there is none."""
    words = result.client.words
    columns = (
        Column(words.t("compensation.template.write"), width_mm=130),
        Column(words.t("compensation.template.means")),
    )
    rows = tuple((lines, words.t(f"compensation.template.{name}")) for name, lines in EXAMPLE.items())
    return (Table(columns=columns, rows=rows, note=words.t("compensation.template.note")),)
