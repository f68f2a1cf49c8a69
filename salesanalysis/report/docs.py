"""Pages of ``docs/`` that follow from declarations: ``python -m salesanalysis.report.docs`` writes them anew.

A test compares the pages with what this module makes, so they cannot fall behind.
"""

from __future__ import annotations

from pathlib import Path

from ..core.i18n import Language
from ..core.schema import SCHEMA, Column
from ..data import sample
from ..kpi import KPIS, Kpi
from ..kpi.subject import subjects
from . import notebook
from .kpi_facts import examples, facts, readings, summary

#: Written where the sample company does not have what a KPI needs.
_ABSENT = "not in it"
_MADE = "<!-- Made by `python -m salesanalysis.report.docs`; change the declarations, not this page. -->\n"


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    return {"tables.md": tables(), "kpis.md": kpis(), "reports.md": reports()}


def tables() -> str:
    """Return the page of the canonical tables."""
    parts = [
        _MADE,
        "# Canonical tables\n",
        "What the toolkit computes from. `client.toml` says which of your columns is which; a column with "
        "the same name maps by itself. **Required** columns must exist; **filled** ones must have a value in "
        "every row, and a row without one is left out and counted.\n",
    ]
    for table in SCHEMA.values():
        must = " Required." if table.required else ""
        parts.append(
            f"## {table.name}\n\n{table.meaning}{must} Key: {', '.join(f'`{k}`' for k in table.key)}.\n"
        )
        parts.append("| column | type | | meaning |\n|---|---|---|---|")
        parts.extend(
            f"| `{c.name}` | {c.dtype} | {_marks(c)} | {_meaning(c)} |" for c in table.columns.values()
        )
        parts.append("")
    return "\n".join(parts)


def _marks(column: Column) -> str:
    return ", ".join(name for name, on in (("required", column.required), ("filled", column.filled)) if on)


def _meaning(column: Column) -> str:
    values = f" One of {', '.join(f'`{v}`' for v in column.values)}." if column.values else ""
    target = f" Points to `{column.references}`." if column.references else ""
    return f"{column.meaning}{values}{target}"


def kpis() -> str:
    """Return the page of the KPIs: each with its formula, needs, traps, readings and value on the sample."""
    words, crm = Language("en"), sample(language="en")
    period = crm.period()
    values = examples(crm, KPIS.values(), period)
    parts = [
        _MADE,
        "# KPIs\n",
        "Each is declared once in `salesanalysis/kpi/`; a ratio is a numerator and a denominator and rolls "
        "up from sums, a stock exists on a day and never adds up over time, a distinct count never adds up. "
        "Every KPI has one strict reading, which is used unless another is asked for by its dotted "
        "name, such as `win_rate.seed`; `seed` is the formula of the article named as source. Values are "
        f"those of the sample company in {words.period(period)}, with 95 % intervals. "
        "`salesanalysis kpis NAME --client DIR` shows this page for your data, "
        "`salesanalysis kpis NAME --sql DIALECT` the query.\n",
    ]
    found = subjects()
    for subject, members in found.items():
        links = ", ".join(f"[{k.name}](#{k.name})" for k in members)
        parts.append(f"- {subject}: {links}")
    for subject, members in found.items():
        parts.append(f"\n## {subject}")
        parts.extend(_kpi(kpi, words, values) for kpi in members)
    return "\n".join([*parts, ""])


def _kpi(kpi: Kpi, words: Language, values: dict[str, str]) -> str:
    lines = [f"\n### {kpi.name}\n", f"**{kpi.label(words)}.** {summary(kpi, words)}\n"]
    for label, text in facts(kpi, words):
        shown = ", ".join(f"`{need}`" for need in kpi.needs) if label == "needs" else text
        lines.append(f"- {label}: {shown}")
    lines.append(f"- sample: {values.get(kpi.name, _ABSENT)}")
    for other in readings(kpi):
        value = values.get(other.name, _ABSENT)
        lines.append(f"- `{other.name}`, {other.label(words)}: {other.formula}; sample: {value}")
    return "\n".join(lines)


def reports() -> str:
    """Return the page of the reports and their parameters."""
    parts = [
        _MADE,
        "# Reports\n",
        "One notebook each in `notebooks/`. The cell tagged `parameters` is the only schema: command-line "
        "help, checks and this page read it. Run one with `salesanalysis report NAME --client DIR`, set a "
        "parameter with `--set NAME=VALUE`, or open the notebook in JupyterLab.\n",
        "What was written stands in `manifest.json` of the folder, an entry a report: `name`, `report`, "
        "`parameters`, what its head says (`title`, `client`, `period`, `as_of`, `language`, `fingerprint` "
        "of the data), `inputs` (the fingerprint of all it was made from, in a batch), `files` with their "
        "`sha256` and `bytes`, `seconds` by phase, `versions`. How it gets there whole: "
        "[batches](batches.md#never-lose).\n",
    ]
    for report in notebook.discover().values():
        parts.append(f"## {report.name}\n\n{report.summary}.\n")
        parts.append("| parameter | type | default | meaning |\n|---|---|---|---|")
        for p in report.parameters.values():
            parts.append(f"| `{p.name}` | {p.type} | `{p.default!r}` | {p.meaning} |")
        parts.append("")
    return "\n".join(parts)


def write(folder: Path) -> None:
    """Write the pages into `folder`."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path("docs"))
