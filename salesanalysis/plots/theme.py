"""The look of every figure: colours, type and line weights, read from the same tokens as the reports."""

from __future__ import annotations

import json
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from matplotlib import font_manager

from ..core import share

MM_PER_INCH = 25.4


@lru_cache(maxsize=1)
def tokens() -> dict[str, Any]:
    """Return the design tokens shared with the HTML and PDF templates."""
    return json.loads(share.path("templates", "salesreport", "tokens.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def colours() -> SimpleNamespace:
    """Return the light palette by name: ``colours().accent``."""
    return SimpleNamespace(**tokens()["light"], categorical=tuple(tokens()["categorical"]))


@lru_cache(maxsize=1)
def _family() -> str:
    folder = share.path("templates", "salesreport", "fonts")
    for file in sorted(folder.glob("*.otf")):
        font_manager.fontManager.addfont(str(file))
    return str(tokens()["font"]["family"])


@lru_cache(maxsize=1)
def rc() -> dict[str, Any]:
    """Return the matplotlib settings of all figures, for ``matplotlib.rc_context``."""
    c = colours()
    return {
        "font.family": [_family()],
        "font.size": 8,
        "text.color": c.ink,
        "text.parse_math": False,  # two dollar signs are money, not a formula
        "svg.fonttype": "none",  # text stays text; the page sets it in the same font
        "svg.hashsalt": "salesanalysis",  # same figure, same bytes
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": c.slate,
        "axes.linewidth": 0.5,
        "axes.labelcolor": c.muted,
        "axes.labelsize": 8,
        "axes.axisbelow": True,
        "axes.prop_cycle": _cycle(c.categorical),
        "axes.unicode_minus": True,
        "xtick.color": c.slate,
        "ytick.color": c.slate,
        "xtick.labelcolor": c.muted,
        "ytick.labelcolor": c.muted,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "xtick.major.size": 2.5,
        "ytick.major.size": 0,
        "xtick.major.width": 0.5,
        "xtick.major.pad": 2.5,
        "ytick.major.pad": 3,
        "grid.color": c.grid,
        "grid.linewidth": 0.5,
        "lines.linewidth": 1.25,
        "lines.solid_capstyle": "butt",
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.transparent": True,
        "legend.frameon": False,
    }


def _cycle(values: tuple[str, ...]) -> Any:
    from cycler import cycler

    return cycler(color=values)
