"""What the interactive views share: choices, redrawing, one sentence in place of a traceback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd

from ..core.crm import Crm
from ..core.errors import InvalidInput, SalesAnalysisError, unknown
from ..core.i18n import Language, escape
from ..core.period import Period
from .blocks import Notice
from .parts import Block

#: Periods offered: the last quarters, months and years.
QUARTERS, MONTHS, YEARS = 12, 12, 5


class View:
    """Controls above what they show; redrawn when one of them changes.

    Attributes
    ----------
    widget : ipywidgets.VBox
        What JupyterLab shows.
    result : object
        What was computed last; None where that was not possible.
    message : str
        Why nothing is shown, in one sentence; empty when something is.
    """

    def __init__(
        self, words: Language, fields: Mapping[str, Any], show: Callable[..., tuple[Any, str]]
    ) -> None:
        from ipywidgets import HTML, Box, Layout, VBox

        self.words, self.fields, self._show = words, dict(fields), show
        self.result: Any = None
        self.message = ""
        self._shown = HTML()
        row = Box(list(self.fields.values()), layout=Layout(flex_flow="row wrap"))
        self.widget = VBox([row, self._shown])
        for field in self.fields.values():
            field.observe(self._changed, names="value")
        self.update()

    def choose(self, **values: Any) -> View:
        """Set controls by name and redraw once, as a hand would: ``view.choose(team="Surabaya")``.

        Raises
        ------
        UnknownName
            No such control.
        InvalidInput
            The control does not offer the value.
        """
        for name in values:
            if name not in self.fields:
                raise unknown("control", name, self.fields)
        left = {name: value for name, value in values.items() if not self._takes(name, value)}
        self.update()
        for name, value in left.items():  # what a list offers may depend on what was chosen above it
            if not self._takes(name, value):
                raise InvalidInput(f"Control '{name}' does not offer {value!r}.")
        if left:
            self.update()
        return self

    def update(self) -> None:
        """Compute and show what the controls ask for."""
        asked = {name: field.value for name, field in self.fields.items()}
        try:
            self.result, html = self._show(self, **asked)
            self.message = ""
        except SalesAnalysisError as error:
            self.result, self.message = None, str(error)
            html = html_of(
                Notice(heading=self.words.t("explore.not_shown"), text=escape(self.message), warning=True)
            )
        self._shown.value = html

    @property
    def html(self) -> str:
        """What is shown below the controls."""
        return str(self._shown.value)

    @contextmanager
    def quiet(self, *names: str) -> Iterator[None]:
        """Change controls without a redraw for each."""
        fields = [self.fields[name] for name in names]
        for field in fields:
            field.unobserve(self._changed, names="value")
        try:
            yield
        finally:
            for field in fields:
                field.observe(self._changed, names="value")

    def _takes(self, name: str, value: Any) -> bool:
        """Set a control; tell whether it offers the value."""
        from traitlets import TraitError

        with self.quiet(name):
            try:
                self.fields[name].value = value
            except TraitError:
                return False
        return True

    def _changed(self, change: Any) -> None:
        self.update()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return the controls for JupyterLab and, for a page without them, what they show."""
        bundle = dict(self.widget._repr_mimebundle_())
        return {**bundle, "text/html": self.html, "text/plain": f"{type(self).__name__}({self.message})"}


def html_of(*blocks: Block | None) -> str:
    """Return blocks as HTML for a control's place; what is left out is passed over."""
    return "".join(block._repr_mimebundle_()["text/html"] for block in blocks if block is not None)


def frame_html(frame: pd.DataFrame, words: Language, *, most: int = 30) -> str:
    """Return a frame as an HTML table with the number of its rows."""
    table = frame.head(most).to_html(index=False, border=0, na_rep="", float_format="{:,.4g}".format)
    return f"<p>{words.t('explore.rows', count=len(frame))}</p>{table}"


def pick(label: str, options: list[tuple[str, Any]], value: Any = None) -> Any:
    """Return a drop-down list with its label; `value` is chosen first, if it is offered."""
    from ipywidgets import Dropdown, Layout

    offered = [one for _, one in options]
    start = value if value in offered else offered[0]
    style = {"description_width": "initial"}
    return Dropdown(
        options=options, value=start, description=label, style=style, layout=Layout(margin="2px 12px 2px 0")
    )


def periods(crm: Crm) -> list[tuple[str, str]]:
    """Return the periods that the data covers, quarters first, newest first, as offered in a list."""
    words, found = crm.client.words, []
    for grain, most in (("quarter", QUARTERS), ("month", MONTHS), ("year", YEARS)):
        starts = [part.start for part in crm.span.split(grain)[::-1]][:most]
        found += [Period.containing(day, grain, fiscal_start=crm.client.fiscal_year_start) for day in starts]
    return [(words.period(p), p.label) for p in found]


def people(crm: Crm, column: str) -> list[tuple[str, str]]:
    """Return what a list of teams, regions or reps offers, everything first."""
    words, reps = crm.client.words, crm.reps()
    every = [(words.t("explore.all"), "")]
    if column == "rep":
        return [*every, *((str(row.name), str(row.rep_id)) for row in reps.itertuples(index=False))]
    if column not in reps:
        return every
    return [*every, *((name, name) for name in sorted({str(v) for v in reps[column].dropna() if str(v)}))]
