"""`brush`: pick rows of what a figure drew, by ranges or by names, and have them as a frame."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.errors import InvalidInput
from ..core.i18n import Language
from ..core.result import Result
from ..plots import drawing
from ..plots.brush import dots
from .widgets import View, frame_html, pick

#: Sides of a brush.
SIDES = ("across", "up")
#: Names of a column offered for picking; more are cut to the commonest.
NAMES = 200


class Brush(View):
    """A figure, two brushes over its data, and the rows that both pick.

    Attributes
    ----------
    data : pandas.DataFrame
        What the figure drew, one row a mark.
    selected : pandas.DataFrame
        The rows picked.
    """

    def __init__(self, data: pd.DataFrame, svg: str, words: Language) -> None:
        self.data, self.selected = data.reset_index(drop=True), data.reset_index(drop=True)
        columns = _columns(self.data)
        offered = [(words.t("explore.none"), ""), *((name, name) for name in columns)]
        start = next((name for name in columns if _is_number(self.data[name])), "")
        self._svg, self._on = svg, {"across": "", "up": ""}
        fields: dict[str, Any] = {}
        for side, column in (("across", start), ("up", "")):
            fields[side] = pick(words.t(f"explore.brush_{side}"), offered, column)
            fields[f"{side}_range"], fields[f"{side}_names"] = _range(), _names()
        super().__init__(words, fields, Brush._picked)

    def select(self, **wanted: Any) -> pd.DataFrame:
        """Brush by code: ``brush.select(estimate=(0.1, 0.3), stage=["proposal"])``, at most two columns.

        Parameters
        ----------
        **wanted
            Column = (least, most) for numbers, or a list of values for anything else.

        Raises
        ------
        InvalidInput
            More than two columns, or a column or value that the figure's data does not have.
        """
        if len(wanted) > len(SIDES):
            raise InvalidInput("A brush has two sides; pick by at most two columns.")
        self.choose(**dict(zip(SIDES, [*wanted, "", ""])))
        for side, (column, values) in zip(SIDES, wanted.items()):
            if _is_number(self.data[column]):
                self._reach(side, values)
            else:
                self.choose(**{f"{side}_names": tuple(map(str, values))})
        return self.selected

    def _reach(self, side: str, values: tuple[float, float]) -> None:
        """Set a range, cut to what the slider offers."""
        low, high = (float(value) for value in values)
        slider = self.fields[f"{side}_range"]
        self.choose(**{f"{side}_range": (max(low, slider.min), min(high, slider.max))})

    def _picked(self, **asked: Any) -> tuple[pd.DataFrame, str]:
        keep = pd.Series(True, self.data.index)
        for side in SIDES:
            column = asked[side]
            if column != self._on[side]:
                self._on[side] = column
                self._offer(side, column)
            if column:
                keep &= self._kept(side, self.data[column])
        self.selected = self.data[keep]
        picture = dots(self.data, asked["across"], asked["up"], keep)
        return self.selected, f"{self._svg}{picture}{frame_html(self.selected, self.words)}"

    def _offer(self, side: str, column: str) -> None:
        """Show the slider or the list that suits a column, with all of its values picked."""
        slider, names = self.fields[f"{side}_range"], self.fields[f"{side}_names"]
        is_number = bool(column) and _is_number(self.data[column])
        slider.layout.display = "" if is_number else "none"
        names.layout.display = "" if column and not is_number else "none"
        with self.quiet(f"{side}_range", f"{side}_names"):
            if is_number:
                _stretch(slider, self.data[column].dropna())
            elif column:
                names.options = self.data[column].dropna().astype(str).value_counts().index[:NAMES].tolist()
                names.value = tuple(names.options)

    def _kept(self, side: str, values: pd.Series) -> pd.Series:
        slider, names = self.fields[f"{side}_range"], self.fields[f"{side}_names"]
        if not _is_number(values):
            return values.astype(str).isin(names.value) | (len(names.value) == len(names.options))
        low, high = slider.value
        room = 1e-9 * max(abs(slider.min), abs(slider.max), 1.0)
        is_whole = low <= slider.min + room and high >= slider.max - room
        return values.between(low - room, high + room) | (is_whole & values.isna())


def brush(result: Result | Any, kind: str = "") -> Brush:
    """Return a figure with brushes over its data; `selected` holds the rows picked.

    Parameters
    ----------
    result : Result or Drawing
        What is drawn, or a finished drawing.
    kind : str
        Which picture; empty: the default one.

    Returns
    -------
    Brush
        Shown by JupyterLab; by code `select` picks, and `selected` is a DataFrame.

    Raises
    ------
    InvalidInput
        The result has no such picture.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> view = brush(sa.stage_analysis(sa.sample(), "2026-Q3"), "flow")
    >>> view.select(estimate=(0.0, 0.6))["stage"].tolist()
    ['negotiation']
    """
    picture = result if hasattr(result, "svg") and hasattr(result, "data") else drawing(result, kind)
    words = result.client.words if isinstance(result, Result) else Language()
    return Brush(picture.data, picture.svg, words)


def _columns(data: pd.DataFrame) -> list[str]:
    """Return the columns that can be brushed: plain values, more than one of them."""
    plain = [name for name in data if not data[name].map(lambda v: isinstance(v, list | tuple | dict)).any()]
    return [str(name) for name in plain if data[name].nunique() > 1]


def _is_number(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _range() -> Any:
    from ipywidgets import FloatRangeSlider, Layout

    return FloatRangeSlider(
        layout=Layout(width="360px", display="none"), readout_format=".4g", continuous_update=False
    )


def _names() -> Any:
    from ipywidgets import Layout, SelectMultiple

    return SelectMultiple(rows=5, layout=Layout(width="240px", display="none"))


def _stretch(slider: Any, values: pd.Series) -> None:
    """Let a slider run over the values, all of them picked."""
    low, high = float(values.min()), float(values.max())
    with slider.hold_trait_notifications():
        slider.min, slider.max = min(low, slider.min), max(high, slider.max)
        slider.value = (low, high)
        slider.min, slider.max = low, high
        slider.step = (high - low) / 200 or 1.0
