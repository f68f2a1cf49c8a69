"""What one section of a pay plan says about a role or a rep."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ..core.checking import known_keys, text_of, texts, yes_or_no
from ..core.errors import InvalidInput, did_you_mean
from ..core.schema import SCHEMA
from ..kpi import KPIS
from .plan import BONUS_KINDS, BY, GOAL, MEASURES, ONE, ZERO, Bonus, Commission, Terms, Tier
from .values import amount, choice, share, whole

_TERMS = ("base", "variable", "commission", "bonuses", "cap", "draw", "draw_recoverable", "draw_months")
_COMMISSION = ("measure", "by", "target", "weight", "threshold", "retroactive", "types", "tiers")
_BONUS = ("kpi", "target", "amount", "weight", "pays", "floor", "most")
_TIER = ("from", "rate", "multiplier")


def terms_of(spec: Any, place: str) -> Terms:
    """Return the terms of a section, checked.

    Examples
    --------
    >>> terms_of({"base": 120, "draw": 12}, "[everyone]").draw
    Decimal('12')
    """
    given = known_keys(spec, _TERMS, place)
    values: dict[str, Any] = {
        k: amount(k, given[k], place) for k in ("base", "variable", "cap", "draw") if k in given
    }
    if "draw_recoverable" in given:
        values["draw_recoverable"] = yes_or_no("draw_recoverable", given["draw_recoverable"], place)
    if "draw_months" in given:
        values["draw_months"] = whole("draw_months", given["draw_months"], (0, 120), place)
    if "commission" in given:
        values["commission"] = _commission(given["commission"], f"'commission' of {place}")
    bonuses = given.get("bonuses", [])
    if not isinstance(bonuses, list):
        raise InvalidInput(f"'bonuses' in {place} must be a list; begin each with [[double brackets]].")
    values["bonuses"] = tuple(_bonus(b, f"bonus {i} of {place}") for i, b in enumerate(bonuses, 1))
    found = Terms(**values)
    _check_weights(found, place)
    return found


def _check_weights(terms: Terms, place: str) -> None:
    """Weights share out the variable pay: all of it, and only where there is one."""
    weights = [b.weight for b in terms.bonuses if b.amount is None]
    by_multiplier = terms.commission is not None and terms.commission.tiers[0].multiplier is not None
    if by_multiplier:
        weights.append(terms.commission.weight)
    if not weights:
        return
    if not terms.variable:
        raise InvalidInput(
            f"'weight' or 'multiplier' in {place} needs 'variable', the variable pay at target."
        )
    if sum(weights, ZERO) > ONE or (by_multiplier and sum(weights, ZERO) != ONE):
        raise InvalidInput(f"The weights in {place} add up to {sum(weights, ZERO)}; they must add up to 1.")


def _commission(spec: Any, place: str) -> Commission:
    given = known_keys(spec, _COMMISSION, place)
    by = choice("by", given.get("by", "attainment"), BY, place)
    values: dict[str, Any] = {"by": by, "tiers": _tiers(given.get("tiers"), by, place)}
    if "measure" in given:
        values["measure"] = choice("measure", given["measure"], MEASURES, place)
    if "target" in given:
        values["target"] = _target(given["target"], place)
    if "weight" in given:
        values["weight"] = share("weight", given["weight"], place)
    elif values["tiers"][0].multiplier is not None:
        values["weight"] = ONE
    if "threshold" in given:
        values["threshold"] = amount("threshold", given["threshold"], place)
    if "retroactive" in given:
        values["retroactive"] = yes_or_no("retroactive", given["retroactive"], place)
    if "types" in given:
        values["types"] = texts("types", given["types"], place)
        known = SCHEMA["opportunities"]["type"].values
        for name in values["types"]:
            if name not in known:
                raise InvalidInput(f"Unknown type '{name}' in {place}.{did_you_mean(name, known)}")
    return Commission(**values)


def _tiers(value: Any, by: str, place: str) -> tuple[Tier, ...]:
    if not isinstance(value, list) or not value:
        raise InvalidInput(f"{place} has no tiers. Write tiers = [{{ from = 0, rate = 0.05 }}].")
    found = tuple(_tier(spec, by, f"tier {i} of {place}") for i, spec in enumerate(value, 1))
    starts = [tier.start for tier in found]
    if starts[0] != 0:
        raise InvalidInput(f"The first tier of {place} begins at {starts[0]}; it must begin at 0.")
    if any(b <= a for a, b in pairwise(starts)):
        raise InvalidInput(f"The tiers of {place} do not rise: {', '.join(map(str, starts))}.")
    if len({tier.rate is None for tier in found}) > 1:
        raise InvalidInput(f"The tiers of {place} mix 'rate' and 'multiplier'; use one of them in all.")
    return found


def _tier(spec: Any, by: str, place: str) -> Tier:
    given = known_keys(spec, _TIER, place)
    if "from" not in given or ("rate" in given) == ("multiplier" in given):
        raise InvalidInput(f"{place} needs 'from' and either 'rate' or 'multiplier'.")
    if "multiplier" in given and by == "value":
        raise InvalidInput(f"'multiplier' in {place} needs a target; write by = \"attainment\", or a 'rate'.")
    key = "rate" if "rate" in given else "multiplier"
    return Tier(amount("from", given["from"], place), **{key: amount(key, given[key], place)})


def _bonus(spec: Any, place: str) -> Bonus:
    given = known_keys(spec, _BONUS, place)
    name = text_of("kpi", given.get("kpi", ""), place)
    if name not in KPIS:
        raise InvalidInput(f"Unknown KPI '{name}' in {place}.{did_you_mean(name, KPIS)}")
    if ("amount" in given) == ("weight" in given):
        raise InvalidInput(f"{place} needs either 'amount', money a year, or 'weight' of the variable pay.")
    values: dict[str, Any] = {"kpi": name}
    if "amount" in given:
        values["amount"] = amount("amount", given["amount"], place)
    else:
        values["weight"] = share("weight", given["weight"], place)
    if "target" in given:
        values["target"] = _target(given["target"], place)
    if "pays" in given:
        values["pays"] = choice("pays", given["pays"], BONUS_KINDS, place)
    for key in ("floor", "most"):
        if key in given:
            values[key] = amount(key, given[key], place)
    found = Bonus(**values)
    if not (found.floor < ONE <= found.most):
        raise InvalidInput(f"{place}: 'floor' must lie below 1 and 'most' not below 1; they are attainments.")
    return found


def _target(value: Any, place: str) -> Decimal | None:
    """Return a number; None for the goal of the table of goals."""
    if isinstance(value, str):
        choice("target", value, (GOAL,), place)
        return None
    found = amount("target", value, place)
    if not found:
        raise InvalidInput(f"'target' in {place} is 0; write a number above 0, or \"{GOAL}\".")
    return found


def kpis_of(terms: Iterable[Terms]) -> tuple[str, ...]:
    """Return the KPIs that any of these terms pays on, each once, in order."""
    return tuple(dict.fromkeys(bonus.kpi for one in terms for bonus in one.bonuses))
