"""Rows of a frame as dots, those selected in colour: what a brush over a figure's data shows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .cells import svg
from .theme import colours

#: Points: width, height, margin; more rows than this are thinned evenly.
WIDTH, HEIGHT, MARGIN, MOST = 460.0, 130.0, 8.0, 3000


def dots(frame: pd.DataFrame, across: str, up: str, selected: pd.Series) -> str:
    """Draw rows by two columns as an SVG string; other than numbers are placed in the order of their values.

    Parameters
    ----------
    frame : pandas.DataFrame
    across, up : str
        Columns; an empty one places rows in their own order.
    selected : pandas.Series of bool
        Rows in colour.

    Examples
    --------
    >>> rows = pd.DataFrame({"n": [1, 2]})
    >>> dots(rows, "n", "", rows["n"] > 1).count("<circle")
    2
    """
    c = colours()
    every = max(1, math.ceil(len(frame) / MOST))
    shown, is_in = frame.iloc[::every], selected.to_numpy()[::every]
    x = MARGIN + _places(shown, across) * (WIDTH - 2 * MARGIN)
    y = HEIGHT - MARGIN - _places(shown, up) * (HEIGHT - 2 * MARGIN)
    looks = {True: f'r="3.2" fill="{c.accent}"', False: f'r="2.4" fill="{c.grey_fill}"'}
    order = sorted(zip(x, y, is_in), key=lambda mark: mark[2])
    marks = [f'<circle cx="{a:.1f}" cy="{b:.1f}" {looks[bool(one)]}/>' for a, b, one in order]
    edge = f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="none" stroke="{c.hair}" stroke-width="0.75"/>'
    return svg(WIDTH, HEIGHT, [edge, *marks])


def _places(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Return where rows lie along one side, 0 to 1; missing values at its beginning."""
    if not column:
        values = np.arange(len(frame), dtype=float)
    elif pd.api.types.is_numeric_dtype(frame[column]):
        values = frame[column].to_numpy(dtype=float)
    else:
        values = pd.factorize(frame[column], sort=False)[0].astype(float)
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(frame))
    low, high = values[known].min(), values[known].max()
    spread = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
    return np.where(known, spread, 0.0)
