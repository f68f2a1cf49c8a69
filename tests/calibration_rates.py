"""Acceptance rows A11 and A14: rates of small units, and parts of a gap that add up to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from calibration_rows import Check, Row, at_least, at_most, between
from reference import figures

from salesanalysis.stats import (
    Chain,
    chain_posterior,
    decompose_product,
    funnel_shares,
    lmdi,
    shapley,
    shrink_shares,
)

REPS = 12
NAMES = ("calls", "connect", "conversation", "proposal", "win", "size")
COUNTED = {"connect": (104, 520), "conversation": (26, 104), "proposal": (13, 26), "win": (2, 13)}
#: How far ends and means of the posterior of the worked example may lie off by the draws alone.
_BY_DRAWS = {"posterior_mean": 0.4, "conf_low": 0.7, "conf_high": 0.9, "p_below": 0.012}
_WANTED = {"conf_low": "posterior_low", "conf_high": "posterior_high"}


def rates(seed: int) -> dict[str, float]:
    """One team whose reps differ, and one of equals: what each way says of them."""
    rng = np.random.default_rng(seed)
    truth, base = rng.beta(6, 14, REPS), rng.integers(8, 60, REPS)
    wins = rng.binomial(base, truth)
    found = shrink_shares(wins, base)
    alike = rng.binomial(base, 0.3)
    low = alike / base < 0.8 * alike.sum() / base.sum()
    return {
        "covered": float(((found.conf_low <= truth) & (truth <= found.conf_high)).mean()),
        "error": float(((found.estimate - truth) ** 2).mean()),
        "raw_error": float(((wins / base - truth) ** 2).mean()),
        "raw_flag": float(low.any()),
        "flag": float((funnel_shares(alike, base).p_adjusted <= 0.05).any()),
    }


def a11(found: list[dict[str, float]]) -> list[Check]:
    table = pd.DataFrame(found)
    ratio = table["error"].mean() / table["raw_error"].mean()
    # The error of a ratio of means, from what each team adds to both.
    spread = (table["error"] - ratio * table["raw_error"]).std() / table["raw_error"].mean()
    error = float(spread / np.sqrt(len(table)))
    return [
        between("coverage of 95 % intervals", table["covered"].to_numpy(), 0.92, 0.96),
        Check("squared error to that of raw rates", ratio, error, high=0.7 + 2 * error, target="<= 0.7"),
        at_most("equals: somebody named after BH", table["flag"].to_numpy(), 0.05),
        at_least("equals: somebody 20 % below average", table["raw_flag"].to_numpy(), 0.98),
    ]


def parts(seed: int) -> dict[str, float]:
    """Whether a random chain's parts add up to its gap; of seed 0 the worked example's table beside it."""
    rng = np.random.default_rng(seed)
    one, two = (_chain(rng) for _ in range(2))
    gap = one.prod() - two.prod()
    zero = one * (rng.random(6) > 0.3)
    missed = [abs(way(one, two).sum() - gap) for way in (lmdi, shapley)]
    share = max(missed) / max(1.0, abs(gap))
    left = zero.prod() - two.prod()
    share = max(share, abs(shapley(zero, two).sum() - left) / max(1.0, abs(left)))
    return {"sum": float(share <= 1e-9), **(_worked() if seed == 0 else {})}


def _chain(rng: np.random.Generator) -> np.ndarray:
    """A volume, four rates and a size in money."""
    return np.array([10 ** rng.uniform(0, 4), *rng.uniform(0.01, 0.95, 4), 10 ** rng.uniform(4, 8)])


def _worked() -> dict[str, float]:
    want = figures("gap")
    benchmark = pd.Series(want["benchmark"], index=list(NAMES), dtype=float)
    chain = Chain(520, COUNTED, 38.0, volume_name="calls")
    held = {
        method: float(
            (
                decompose_product(chain.factors(benchmark), benchmark, method=method).estimate.round(4) + 0.0
            ).tolist()
            == want[method]
        )
        for method in ("lmdi", "shapley")
    }
    drawn = chain_posterior(chain, benchmark, draws=60_000)
    near = [
        np.allclose(drawn[column], want[_WANTED.get(column, column)], atol=room)
        for column, room in _BY_DRAWS.items()
    ]
    return held | {"posterior": float(all(near))}


def a14(found: list[dict[str, float]]) -> list[Check]:
    sums = np.array([row["sum"] for row in found])
    exact = [_exact("random chains: parts add up to 1e-9 of the gap", sums.min())]
    return exact + [
        _exact(f"worked example: {name}", found[0][key])
        for key, name in (
            ("lmdi", "LMDI to four decimals"),
            ("shapley", "Shapley to four decimals"),
            ("posterior", "posterior columns within the error of the draws"),
        )
    ]


def _exact(name: str, held: float) -> Check:
    return Check(name, float(held), 0.0, low=1.0, target="always")


ROWS = (
    Row("A11", "rates of 12 reps with 8 to 60 trials, and of 12 equals", 150, rates, (), a11),
    Row("A14", "parts of a gap", 200, parts, (), a14),
)
