"""The screen of ``salesanalysis check``: the answer, what to do first, rows, findings, KPIs in doubt."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ..core.crm import Crm
from ..core.i18n import Language
from ..prose import explain
from ..prose.readiness_words import MARKS, fix_words, kpi_name, unlocks_words, why_kpi, why_question
from ..readiness import ReadinessResult, assess
from .markup import plain
from .page_quality import found_rows
from .tables import plain_table

#: Colours of marks, and of what loading did with a row.
_MARK_COLOURS = {"met": "green", "stretch": "yellow", "open": "red"}
#: Things to do, findings and KPIs listed; the report has all.
FIXES_SHOWN, FOUND_SHOWN = 8, 20


def print_check(crm: Crm) -> None:
    """Print what `crm` can and cannot answer, the most urgent first."""
    found = assess(crm)
    words, console = crm.client.words, Console(markup=False, highlight=False)
    console.print(explain(found, "title"), style="bold")
    for line in explain(found, "answer").splitlines():
        console.print(plain(line), soft_wrap=True)
    _fixes(console, found, words)
    _questions(console, found, words)
    _rows(console, found, words)
    _findings(console, found, words)
    _kpis(console, found, words)
    console.print()
    console.print(words.t("assess.check.more"), style="dim")


def _head(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _fixes(console: Console, found: ReadinessResult, words: Language) -> None:
    shown = found.fixes[:FIXES_SHOWN]
    if shown.empty:
        return
    _head(console, words.t("assess.check.first"))
    table = plain_table("", words.t("assess.col_fix"), words.t("assess.col_unlocks"), right=("",))
    for number, row in enumerate(shown.itertuples(), 1):
        table.add_row(str(number), plain(fix_words(row, words)), plain(unlocks_words(row, words)))
    console.print(Padding(table, (0, 0, 0, 2)))
    if len(found.fixes) > len(shown):
        _more(console, len(found.fixes) - len(shown), words)


def _more(console: Console, count: int, words: Language) -> None:
    console.print(f"  {words.t('assess.check.rest', count=count)}", style="dim")


def _mark(verdict: str, words: Language) -> Text:
    kind, key = MARKS[verdict]
    return Text(words.t(key), _MARK_COLOURS[kind])


def _questions(console: Console, found: ReadinessResult, words: Language) -> None:
    _head(console, words.t("assess.check.questions"))
    table = plain_table(*(words.t(f"assess.col_{name}") for name in ("question", "answer", "why")))
    for row in found.table.itertuples():
        table.add_row(
            words.t(f"assess.question.{row.term}"), _mark(row.verdict, words), plain(why_question(row, words))
        )
    console.print(Padding(table, (0, 0, 0, 2)))


def _rows(console: Console, found: ReadinessResult, words: Language) -> None:
    _head(console, words.t("assess.check.rows"))
    heads = [words.t(f"assess.col_{name}") for name in ("table", "read", "out", "used")]
    table = plain_table(*heads, right=tuple(heads[1:]))
    for row in found.ledger.itertuples():
        out = Text(words.number(row.base), "yellow" if row.base else "")
        table.add_row(
            words.t(f"readiness.table.{row.table}"), words.number(row.rows), out, words.number(row.n)
        )
    console.print(Padding(table, (0, 0, 0, 2)))


def _findings(console: Console, found: ReadinessResult, words: Language) -> None:
    """Print what loading and looking found, row by row of the report; the example under what it shows."""
    rows = found_rows(found)
    if not rows:
        return
    _head(console, words.t("assess.check.found"))
    table = plain_table(
        *(words.t(f"assess.col_{name}") for name in ("action", "where", "found", "rows")),
        right=(words.t("assess.col_rows"),),
    )
    colours = {"excluded": "red", "warning": "yellow", "info": "dim"}
    for row in rows[:FOUND_SHOWN]:
        said = Text(row.what)
        if row.example:
            said.append(f"\n{row.example}", "dim")
        severity = Text(words.t(f"assess.severity.{row.severity}"), colours[row.severity])
        table.add_row(severity, row.where, said, words.number(row.n) if row.n else "")
    console.print(Padding(table, (0, 0, 0, 2)))
    if len(rows) > FOUND_SHOWN:
        _more(console, len(rows) - FOUND_SHOWN, words)


def _kpis(console: Console, found: ReadinessResult, words: Language) -> None:
    lacking = found.kpis[found.kpis["verdict"] != "computable"]
    if lacking.empty:
        _head(console, words.t("assess.check.kpis_all"))
        return
    _head(console, words.t("assess.check.kpis"))
    table = plain_table(*(words.t(f"assess.col_{name}") for name in ("kpi", "score", "why")))
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in lacking.sort_values("score", kind="stable").itertuples():
        score = words.number(int(row.score)) if row.verdict == "partly" else ""
        reasons.setdefault((score, why_kpi(row, words)), []).append(kpi_name(row.kpi, words))
    for (score, why), names in reasons.items():
        table.add_row(Text(", ".join(names), style="not bold"), score, plain(why))
    console.print(Padding(table, (0, 0, 0, 2)))
