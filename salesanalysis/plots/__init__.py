"""`plot(result)` draws any result; `drawing(result)` gives the same picture as SVG at its final size.

A recipe draws one kind of picture of one result type. It is a function of the result and a `Sheet`, computes
no statistics, and returns the data twin: the frame of what was drawn. Modules of this package register
theirs::

    @draws(LinkageResult, "naive", height=lambda result: 20 + 7 * len(result.table))
    def naive(result, sheet): ...
"""

from __future__ import annotations

import io
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from ..core.errors import InvalidInput, did_you_mean
from ..core.i18n import Language
from ..core.result import Result
from .sheet import Sheet, page_figure
from .theme import rc

__all__ = ["Drawing", "Sheet", "drawing", "draws", "kinds", "plot", "preload"]

Recipe = Callable[[Any, Sheet], pd.DataFrame]


@dataclass(frozen=True)
class Drawing:
    """A picture at its final size and the data drawn (`data`, one row a mark)."""

    svg: str
    width_mm: float
    height_mm: float
    data: pd.DataFrame

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True)
class _Entry:
    recipe: Recipe
    width: float
    height: float | Callable[[Any], float]

    def size(self, result: Result) -> tuple[float, float]:
        height = self.height(result) if callable(self.height) else self.height
        return self.width, height


_RECIPES: dict[type, dict[str, _Entry]] = {}


def draws(
    result_type: type, kind: str, *, width: float = 174, height: float | Callable[[Any], float] = 76
) -> Callable[[Recipe], Recipe]:
    """Register a recipe for `result_type`; the first kind registered for a type is its default."""

    def register(recipe: Recipe) -> Recipe:
        _RECIPES.setdefault(result_type, {})[kind] = _Entry(recipe, width, height)
        return recipe

    return register


def kinds(result: Result) -> list[str]:
    """Return the kinds of picture that `result` has, the default first."""
    preload()
    return list(_RECIPES.get(type(result), {}))


def plot(result: Result, kind: str = "", *, ax: Axes | None = None) -> Axes:
    """Draw `result` and return the axes; never shows, never computes.

    Parameters
    ----------
    result : Result
        Any result of this package that has a picture.
    kind : str
        Which picture; empty: the default one. `kinds(result)` lists them.
    ax : matplotlib.axes.Axes, optional
        Draw inside these axes instead of a new figure.

    Raises
    ------
    InvalidInput
        The result has no such picture.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> axes = sa.plot(sa.link(sa.sample()))  # doctest: +SKIP
    """
    entry = _entry(result, kind)
    width, height = entry.size(result)
    # Outside the context: the first figure sets up Jupyter's display, which leaving the context would undo.
    figure = ax.figure if ax is not None else page_figure(width, height, interactive=True)
    with _style():
        sheet = Sheet(width, height, result.client.words, figure=figure, host=ax)
        entry.recipe(result, sheet)
    return sheet.main if sheet.main is not None else ax


def drawing(result: Result, kind: str = "") -> Drawing:
    """Return the picture of `result` as SVG at its final size, with its data twin."""
    entry = _entry(result, kind)
    width, height = entry.size(result)
    buffer = io.StringIO()
    with _style():
        figure = page_figure(width, height)
        data = entry.recipe(result, Sheet(width, height, result.client.words, figure=figure))
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return Drawing(buffer.getvalue(), width, height, data)


@contextmanager
def _style() -> Iterator[None]:
    """Draw in the look of reports; that a name has characters which the font lacks is the page's to mend."""
    with mpl.rc_context(rc()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from font", UserWarning)
        yield


def _entry(result: Result, kind: str) -> _Entry:
    preload()
    known = _RECIPES.get(type(result))
    if not isinstance(result, Result):
        raise InvalidInput(f"Only results can be drawn, such as sa.link(crm), not {type(result).__name__}.")
    if not known:
        raise InvalidInput(f"{type(result).__name__} has no picture; its numbers are in .table.")
    if not kind:
        return next(iter(known.values()))
    if kind not in known:
        raise InvalidInput(f"{type(result).__name__} has no picture '{kind}'.{did_you_mean(kind, known)}")
    return known[kind]


@cache
def preload() -> None:
    """Import the modules of this package, so that each registers its recipes."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    rc()  # finds the fonts


def rehearse() -> None:
    """Draw a picture of nothing, so that fonts and writers are there for those that follow."""
    preload()
    with _style():
        sheet = Sheet(40.0, 20.0, Language("en", "IDR"), figure=page_figure(40.0, 20.0))
        axes = sheet.axes(10.0, 2.0, 20.0, 10.0)
        axes.bar(["a", "b"], [1, 2])
        for weight in (400, 600):
            sheet.text(1.0, 1.0, "0", weight=weight).get_window_extent()
        sheet.figure.savefig(io.StringIO(), format="svg")
