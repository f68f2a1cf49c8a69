"""Whole units shared out by weights, so that the parts add up to the total exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational

from ..core.errors import InvalidInput


def exact(value: float | Fraction) -> Fraction:
    """Return the number as it is written: 0.1 is a tenth, not the nearest binary fraction.

    Examples
    --------
    >>> exact(0.1) + exact(0.2) == exact(0.3)
    True
    """
    if isinstance(value, Rational):
        return Fraction(value)
    number = Decimal(repr(float(value)))
    if not number.is_finite():
        raise InvalidInput(f"Only finite numbers can be shared out; got {value!r}.")
    return Fraction(number)


def allocate(
    total: float | Fraction, weights: Iterable[float | Fraction], *, step: float | Fraction = 1
) -> list[Fraction]:
    """Share `total` out by `weights` in whole units of `step`, by the largest remainder.

    Parameters
    ----------
    total : number
        What is shared; negative totals are shared like positive ones.
    weights : iterable of numbers
        Not negative; where all are 0 the parts are equal but for the rounding.
    step : number
        The unit, above 0.

    Returns
    -------
    list of Fraction
        Whole multiples of `step` that add up to `total` exactly. What `total` has beyond a whole number of
        units goes to the part of the largest weight. A larger weight never gets a smaller part, and equal
        weights differ by one unit at most; of equal remainders the earlier part is served first.

    Raises
    ------
    InvalidInput
        No weights, a negative weight, a step that is not above 0, a number that is not finite.

    Notes
    -----
    Hamilton's method in exact arithmetic. Numbers are taken as they are written, so that a total of 0.3 in
    steps of 0.1 is three units.

    Examples
    --------
    >>> [int(part) for part in allocate(100, [1, 1, 1])]
    [34, 33, 33]
    >>> [float(part) for part in allocate(0.3, [5, 4], step=0.1)]
    [0.2, 0.1]
    """
    shares = [exact(weight) for weight in weights]
    whole, unit = exact(total), exact(step)
    if not shares:
        raise InvalidInput("There is nobody to share the total out to.")
    if unit <= 0 or min(shares) < 0:
        raise InvalidInput("The step must lie above 0, and no weight below.")
    if whole < 0:
        return [-part for part in allocate(-whole, shares, step=unit)]
    if not any(shares):
        shares = [Fraction(1)] * len(shares)
    units = whole // unit
    parts = _largest_remainder(units, shares)
    values = [part * unit for part in parts]
    values[max(range(len(shares)), key=lambda i: (shares[i], -i))] += whole - units * unit
    return values


def _largest_remainder(units: int, shares: Sequence[Fraction]) -> list[int]:
    total = sum(shares)
    ideal = [units * share / total for share in shares]
    parts = [int(value) for value in ideal]
    # Of equal remainders the larger share first, or it could end up with the smaller part.
    order = sorted(range(len(shares)), key=lambda i: (parts[i] - ideal[i], -shares[i], i))
    for i in order[: units - sum(parts)]:
        parts[i] += 1
    return parts
