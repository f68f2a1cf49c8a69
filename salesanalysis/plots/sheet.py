"""A sheet measured in millimetres that a recipe draws on: a page figure, or a place inside someone's axes."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..core.i18n import Language
from .theme import MM_PER_INCH, colours


class Sheet:
    """Drawing area of fixed size; the origin is the top left corner, lengths are millimetres.

    Parameters
    ----------
    width, height : float
        Size in mm.
    words : Language
        How numbers and sentences are written.
    figure : matplotlib.figure.Figure
        Figure of exactly this size, or the one that holds `host`.
    host : matplotlib.axes.Axes, optional
        Axes to draw inside; its own frame is hidden.
    """

    def __init__(
        self, width: float, height: float, words: Language, *, figure: Figure, host: Axes | None = None
    ) -> None:
        self.width, self.height, self.words = width, height, words
        self.figure, self.host = figure, host
        self.main: Axes | None = None
        if host is not None:
            host.set_axis_off()

    def axes(self, left: float, top: float, width: float, height: float, **options: Any) -> Axes:
        """Add axes whose frame is this rectangle; the first one is the sheet's main axes."""
        box = (
            left / self.width,
            1 - (top + height) / self.height,
            width / self.width,
            height / self.height,
        )
        axes = self.host.inset_axes(box, **options) if self.host else self.figure.add_axes(box, **options)
        self.main = self.main or axes
        return axes

    def text(self, x: float, y: float, text: str, **style: Any) -> Any:
        """Write text at (x, y); `y` is the baseline unless ``va`` says otherwise."""
        style = {"va": "baseline", "color": colours().ink, "fontsize": 8} | style
        if self.host is not None:
            style["transform"] = self.host.transAxes
            return self.host.text(x / self.width, 1 - y / self.height, text, **style)
        return self.figure.text(x / self.width, 1 - y / self.height, text, **style)

    def line(self, x0: float, y0: float, x1: float, y1: float, **style: Any) -> Line2D:
        """Draw a straight line from (x0, y0) to (x1, y1)."""
        style = {"color": colours().grid, "linewidth": 0.5} | style
        transform = self.host.transAxes if self.host is not None else self.figure.transFigure
        line = Line2D(
            [x0 / self.width, x1 / self.width],
            [1 - y0 / self.height, 1 - y1 / self.height],
            transform=transform,
            **style,
        )
        self.figure.add_artist(line)
        return line


def page_figure(width: float, height: float, *, interactive: bool = False) -> Figure:
    """Return an empty figure of this size in mm; an interactive one is shown by Jupyter by itself."""
    size = (width / MM_PER_INCH, height / MM_PER_INCH)
    if interactive:
        import matplotlib.pyplot as plt

        return plt.figure(figsize=size)
    return Figure(figsize=size)
