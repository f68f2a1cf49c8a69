"""How the year and the quarter bend what is won week by week, where the past is long enough to tell."""

from __future__ import annotations

import numpy as np

from ..pipeline.lives import WEEK
from .book import Book

#: Whole quarters after which the months of a quarter are told apart, and the quarters of a year.
QUARTERS, YEARS = 4, 8


def factors(book: Book, day: int, weeks: int) -> np.ndarray:
    """Return the factor of each week after `day`, 1 where it is as usual.

    Months of the quarter from four whole quarters on, quarters of the year from eight. Each factor is the
    mean of the logs over the years, drawn towards none as far as it scatters from year to year.
    """
    days = np.arange(day + 1, day + 1 + weeks * WEEK)
    factor = np.ones(len(days))
    month = _months(book, days)
    count, first = _by_month(book, day)
    quarters = count.reshape(-1, 3) if len(count) else np.zeros((0, 3))
    if len(quarters) >= QUARTERS:
        factor = factor * _place(quarters)[month % 3]
    if len(quarters) >= YEARS:
        years = quarters.sum(axis=1)[len(quarters) % 4 :].reshape(-1, 4)
        factor = factor * np.roll(_place(years), (first // 3 + len(quarters)) % 4)[(month % 12) // 3]
    return factor.reshape(weeks, WEEK).mean(axis=1)


def _months(book: Book, days: np.ndarray) -> np.ndarray:
    """Return the month of each day, counted so that a fiscal year starts with a multiple of 12."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - (book.fiscal_start - 1)


def _by_month(book: Book, day: int) -> tuple[np.ndarray, int]:
    """Return wins a day by month in whole quarters up to `day`, and the first month's number."""
    first, last = _months(book, np.array([book.lives.begins + 6, day + 1]))
    begins = first if _months(book, np.array([book.lives.begins - 7]))[0] < first else first + 1
    begins, ends = -(-begins // 3) * 3, last // 3 * 3
    if ends <= begins:
        return np.zeros(0), 0
    won = book.won_on[book.won_on <= day]
    month = _months(book, won) - begins
    count = np.bincount(month[(month >= 0) & (month < ends - begins)], minlength=ends - begins).astype(float)
    edges = (
        (np.arange(begins, ends + 1) + book.fiscal_start - 1).astype("datetime64[M]").astype("datetime64[D]")
    )
    return count / np.diff(edges.astype(np.int64)), int(begins)


def _place(rate: np.ndarray) -> np.ndarray:
    """Return the factor of each column of rows that repeat: 1 on average over them."""
    log = np.log(np.maximum(rate, 1e-9) / np.maximum(rate.mean(axis=1, keepdims=True), 1e-9))
    log = np.clip(log, -3, 3)
    centre = log.mean(axis=0)
    error = log.var(axis=0, ddof=1) / len(log)
    spread = max(float((centre**2).mean() - error.mean()), 0.0)
    drawn = np.exp(centre * spread / (spread + error + 1e-12))
    return drawn / drawn.mean()
