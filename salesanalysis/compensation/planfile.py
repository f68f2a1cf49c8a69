"""Reading a pay plan, strictly: every message names the file, the section and the key."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..core.checking import known_keys, text_of, typed, yes_or_no
from ..core.client import Client
from ..core.crm import Crm
from ..core.errors import InvalidInput, did_you_mean
from ..core.i18n import currencies
from ..core.toml import read_toml
from .given import given_splits
from .plan import BASES, ONE, PRORATE, ROUNDINGS, SETTLEMENTS, ZERO, PayPlan, Splits, Terms
from .terms import terms_of
from .values import amount, choice, share, whole

#: File name that `write_plan` gives.
FILE_NAME = "plan.toml"
_CHOICES = {"settles": SETTLEMENTS, "basis": BASES, "prorate": PRORATE, "rounding": ROUNDINGS}
_COUNTS = {"decimals": (0, 2), "clawback_days": (0, 3650)}
_KEYS = (
    "name", "currency", "settles", "basis", "prorate", "rounding", "decimals", "starts_on", "ends_on",
    "clawback_days", "budget", "splits", "roles", "reps", "everyone",
)  # fmt: skip


def pay_plan(path: str | Path) -> PayPlan:
    """Read a pay plan.

    Parameters
    ----------
    path : str or path
        The file, or the folder that holds a ``plan.toml``.

    Returns
    -------
    PayPlan

    Raises
    ------
    InvalidInput
        No such file, no TOML, an unknown key (close matches are named), a value that makes no sense.

    Examples
    --------
    >>> import tempfile
    >>> import salesanalysis as sa
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sa.pay_plan(sa.write_plan(folder)).basis
    'booked'
    """
    path = Path(path)
    file = path / FILE_NAME if os.path.isdir(path) else path
    missing = f"No pay plan at '{file}'. Write one with: salesanalysis new {path.parent} --plan"
    data = read_toml(file, missing, number=Decimal)
    return replace(plan_of(data, where=str(file), folder=file.parent), path=file.resolve())


def plan_for(crm: Crm, plan: PayPlan | str | Path | None, caller: str) -> PayPlan:
    """Return the plan given, or the one that the client's settings name.

    Raises
    ------
    InvalidInput
        There is none, or it is in another currency than the data.
    """
    found = plan if isinstance(plan, PayPlan) else pay_plan(plan) if plan else None
    if found is None:
        path = path_in(crm.client)
        if path is None:
            raise InvalidInput(
                f"{caller} needs a pay plan. Write one with: salesanalysis new DIR --plan, then name it in "
                'client.toml: compensation = "plan.toml"'
            )
        found = pay_plan(path)
    if found.currency and found.currency != crm.client.currency:
        raise InvalidInput(
            f"The pay plan '{found.path or found.name}' is in {found.currency}, the data in "
            f"{crm.client.currency}. Write the plan in {crm.client.currency}."
        )
    return found


def path_in(client: Client) -> Path | None:
    """Return where the client's settings say the plan lies; None where they name none.

    Examples
    --------
    >>> path_in(Client()) is None
    True
    """
    if not client.compensation:
        return None
    return (client.path.parent if client.path else Path()) / client.compensation


def plan_of(data: Mapping[str, Any], *, where: str = FILE_NAME, folder: Path | None = None) -> PayPlan:
    """Build a plan from plain data; `where` names the place in messages, `folder` holds its split file.

    Examples
    --------
    >>> plan_of({"everyone": {"base": 120}}).everyone.base
    Decimal('120')
    """
    given = known_keys(dict(data), _KEYS, where)
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key in ("name", "currency"):
            values[key] = text_of(key, value, where)
        elif key in _CHOICES:
            values[key] = choice(key, value, _CHOICES[key], where)
        elif key in _COUNTS:
            values[key] = whole(key, value, _COUNTS[key], where)
        elif key in ("starts_on", "ends_on"):
            values[key] = _day(key, value, where)
        elif key == "budget":
            values[key] = amount(key, value, where)
    currency = values.get("currency", "")
    if currency and currency not in currencies():
        raise InvalidInput(f"'currency' in {where} is '{currency}'; write a code such as IDR or USD.")
    if values.get("starts_on") and values.get("ends_on") and values["ends_on"] <= values["starts_on"]:
        raise InvalidInput(f"'ends_on' in {where} does not lie after 'starts_on'.")
    values["splits"] = _splits(given.get("splits", {}), where, folder)
    values |= _all_terms(given, where)
    return PayPlan(**values)


def _all_terms(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    raw = {name: known_keys_of(given.get(name, {}), f"[{name}] of {where}") for name in ("roles", "reps")}
    everyone = given.get("everyone")
    if not (raw["roles"] or raw["reps"] or everyone):
        raise InvalidInput(f"{where} pays nobody. Add a section such as [roles.AE], or [everyone].")
    roles = {role: terms_of(spec, f"[roles.{role}] of {where}") for role, spec in raw["roles"].items()}
    reps: dict[str, Terms] = {}
    for rep, spec in raw["reps"].items():
        place = f"[reps.{rep}] of {where}"
        like = spec.pop("like", "") if isinstance(spec, dict) else ""
        if like and like not in raw["roles"]:
            raise InvalidInput(
                f"Unknown role '{like}' of 'like' in {place}.{did_you_mean(like, raw['roles'])}"
            )
        reps[rep] = terms_of({**(raw["roles"][like] if like else {}), **spec}, place)
    all_of = terms_of(everyone, f"[everyone] of {where}") if everyone is not None else None
    return {"roles": roles, "reps": reps, "everyone": all_of}


def known_keys_of(value: Any, place: str) -> dict[str, Any]:
    """Return a section whose keys are free, such as names of roles; a copy, also of what lies in it."""
    section = typed(place, value, dict, "a section", "the plan")
    return {key: dict(inner) if isinstance(inner, dict) else inner for key, inner in section.items()}


def _splits(value: Any, where: str, folder: Path | None) -> Splits:
    place = f"[splits] of {where}"
    spec = known_keys(value, ("handed_over", "entered", "on_top", "file", "opportunities"), place)
    shares = {key: share(key, spec[key], place) for key in ("handed_over", "entered") if key in spec}
    on_top = yes_or_no("on_top", spec.get("on_top", False), place)
    if sum(shares.values(), ZERO) > ONE:
        raise InvalidInput(f"'handed_over' and 'entered' in {place} give away more than the whole win.")
    return Splits(**shares, on_top=on_top, given=given_splits(spec, place, folder))


def _day(key: str, value: Any, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise InvalidInput(f"'{key}' in {where} is {value!r}; write a day without quotes, such as 2026-01-01.")
