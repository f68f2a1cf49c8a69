"""What the command ``difference`` prints."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from .difference import Change, difference
from .show import console as console_
from .show import table

#: Figures shown of one report, unless all are asked for.
_FIGURES = 8
#: Letters of a text that are shown, and how many of them before what differs.
_WIDTH, _BEFORE = 80, 30
#: Letters of the name of a section.
_SECTION = 32


def show_difference(old: Path, new: Path, *, every: bool = False) -> int:
    """Print how the reports of two runs differ; return 0 when they are the same, else 1.

    Examples
    --------
    >>> show_difference(Path("2026-08/acme"), Path("2026-09/acme"))  # doctest: +SKIP
    """
    console = console_()
    changes = difference(old, new)
    changed = [one for one in changes if one.kind != "same"]
    if changed:
        console.print(_overview(changed))
        for one in changed:
            if one.figures:
                console.print()
                console.print(one.name, style="bold", highlight=False)
                console.print(_figures(one, len(one.figures) if every else _FIGURES))
                left = 0 if every else len(one.figures) - _FIGURES
                if left > 0:
                    console.print(f"… and {left} more; --all shows them.", style="dim", highlight=False)
        console.print()
    counts = [(kind, sum(one.kind == kind for one in changes)) for kind in ("same", "changed", "new", "gone")]
    console.print(", ".join(f"{count} {kind}" for kind, count in counts if count) + ".", highlight=False)
    return int(bool(changed))


def _overview(changed: list[Change]) -> object:
    made = table("report", "", "because of", "in particular", "figures", right=1)
    for one in changed:
        # The fingerprint says what differs; without it, only what can be seen.
        because = ", ".join(one.because) or ("–" if one.kind == "changed" else "")
        told = "; ".join(filter(None, (*one.details, one.note)))
        made.add_row(Text(one.name), Text(one.kind), Text(because), Text(told), str(len(one.figures) or "–"))
    return made


def _figures(one: Change, count: int) -> object:
    made = table("figure", "before", "after")
    for place, old, new in one.figures[:count]:
        start = _first(old, new)
        made.add_row(*(Text(told or "–") for told in (_way(place), _short(old, start), _short(new, start))))
    return made


def _way(place: str) -> str:
    """Return a place whose section, the least of it, is cut short."""
    section, sign, way = place.partition(" › ")
    cut = section if len(section) <= _SECTION else f"{section[: _SECTION - 1].rstrip()}…"
    return _short(f"{cut}{sign}{way}")


def _first(old: str, new: str) -> int:
    """Return where two texts begin to differ; a little earlier, at the beginning of a word."""
    shorter = min(len(old), len(new))
    same = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    return old.rfind(" ", 0, max(0, same - _BEFORE)) + 1 if same > _WIDTH // 2 else 0


def _short(text: str, start: int = 0) -> str:
    cut = text[start:]
    whole = cut if len(cut) <= _WIDTH else f"{cut[: _WIDTH - 1]}…"
    return f"… {whole}" if start and text else whole
