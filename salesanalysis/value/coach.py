"""What a coach is paid: more than selling on that day would have earned."""

from __future__ import annotations

import math

from ..core.errors import InvalidInput

#: What comes on top of the earnings forgone, as a share of them.
PREMIUM = 0.5


def coach_pay(forgone: float, *, premium: float = PREMIUM) -> float:
    """Return what a coach is paid for the time given: the earnings forgone and a premium on them.

    Parameters
    ----------
    forgone : float
        What the coach would have earned in that time by selling, from the coach's own earnings.
    premium : float
        Share on top; 0.5 unless agreed otherwise.

    Returns
    -------
    float
        In the currency of `forgone`.

    Raises
    ------
    InvalidInput
        The earnings or the premium are negative or no number.

    Notes
    -----
    Article 004: a day that would have earned 200 is paid 300.

    Examples
    --------
    >>> coach_pay(200)
    300.0
    >>> coach_pay(200, premium=0.25)
    250.0
    """
    for name, value in (("Forgone earnings", forgone), ("The premium", premium)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InvalidInput(f"{name} must be a number, not {value!r}.")
        if value < 0:
            raise InvalidInput(f"{name} cannot be negative; got {value:g}.")
    return float(forgone * (1 + premium))
