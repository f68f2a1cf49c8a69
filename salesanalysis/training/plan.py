"""A roll-out of coaching in waves drawn by lot: what it holds, written to a file and read back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core.checking import known_keys, text_of, typed
from ..core.client import Client
from ..core.errors import InvalidInput
from ..core.files import write_whole
from ..core.i18n import check_language
from ..core.result import Result
from ..core.toml import dumps, read_toml
from ..kpi import KPIS
from ..stats import drawn, number_of_deals

#: Version of the form of the file; a file of another form is refused.
FORM = 1
TABLE = ("rep_id", "name", "team", "group", "wave", "held_on")
PROMISED = ("kpi", "waves", "weeks", "n", "effect", "power", "mde")
KEYS = {
    "form": (int, "a whole number"),
    "client": (str, "text in quotes"),
    "language": (str, "text in quotes"),
    "kpi": (str, "text in quotes"),
    "waves": (int, "a whole number"),
    "weeks": (int, "a whole number"),
    "starts": (date, "a day such as 2026-10-05"),
    "seed": (int, "a whole number"),
    "promised": (list, "a list of tables"),
    "reps": (list, "a list of tables"),
}
REP_KEYS = ("rep_id", "name", "team", "group", "wave")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RolloutPlan(Result):
    """Who is coached when, drawn by lot: those of later waves are the controls of the earlier ones.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rep: ``rep_id, name, team, group`` (within which the lot was drawn), ``wave`` from 1,
        ``held_on`` (Monday of the week of the first session).
    power : pandas.DataFrame
        ``kpi, waves, weeks`` (until the last wave begins), ``n`` (events expected), ``effect`` (log ratio
        that matters), ``power`` to find it and ``mde`` (log ratio found in four roll-outs of five); the
        plan's own row first. NaN where the past is too short to tell, or the effect beyond fourfold.
    kpi : str
        What is worked on.
    waves, weeks : int
        Number of waves, and weeks from one to the next.
    starts : date
        Monday of the first wave.
    seed : int
        Seed of the lot.
    excluded : dict of str to int
        Reps left out: ``new, gone, never_does, coached_lately``.
    reason : str
        Why no lot can be drawn (only from `next_wave`): ``few_reps, not_in_data``; the table is empty then.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> plan = sa.rollout_plan(sa.sample(), "calls", waves=2)  # doctest: +SKIP
    >>> sa.RolloutPlan.read(plan.write("next_wave.toml")).table.equals(plan.table)  # doctest: +SKIP
    True
    """

    power: pd.DataFrame
    kpi: str
    waves: int
    weeks: int
    starts: date
    seed: int
    excluded: dict[str, int] = field(default_factory=dict)
    reason: str = ""

    @property
    def reps(self) -> list[str]:
        """Reps in the order of the lot."""
        return list(self.table["rep_id"])

    @property
    def groups(self) -> np.ndarray:
        """Group of each rep within which the lot was drawn."""
        return self.table["group"].to_numpy()

    @property
    def length(self) -> int:
        """Weeks in which some are coached already and others not yet."""
        return (self.waves - 1) * self.weeks

    @property
    def read_on(self) -> date:
        """Monday from which the plan can be read: when the last wave begins."""
        return self.starts + timedelta(weeks=self.length)

    @property
    def draws(self) -> int:
        """How many ways the lot could have fallen."""
        return number_of_deals(self.groups, self.waves)

    @property
    def mde(self) -> float:
        """Smallest log ratio found in four roll-outs of five; NaN if none is known."""
        return float(self.power["mde"].iloc[0])

    @property
    def chance(self) -> float:
        """Chance of finding the effect that matters; NaN if the past is too short to tell."""
        return float(self.power["power"].iloc[0])

    def write(self, path: str | Path) -> Path:
        """Write the plan to a TOML file, so that the result is judged by what was agreed beforehand.

        Raises
        ------
        CannotWrite
            The file cannot be written.
        """
        words = self.client.words
        comments = {key: words.t(f"training.file.{key}") for key in ("starts", "seed", "reps")}
        comments[""] = words.t("training.file.top")
        data = {
            "form": FORM,
            "client": self.client.name,
            "language": self.client.language,
            "kpi": self.kpi,
            "waves": self.waves,
            "weeks": self.weeks,
            "starts": self.starts,
            "seed": self.seed,
            "promised": [_plain(row) for row in self.power.to_dict("records")],
            "reps": [
                {name: _plain_value(row[name]) for name in REP_KEYS} for row in self.table.to_dict("records")
            ],
        }
        return write_whole(path, dumps(data, comments).encode())

    @classmethod
    def read(cls, path: str | Path, client: Client | None = None) -> RolloutPlan:
        """Read a plan that `write` wrote.

        Raises
        ------
        InvalidInput
            The file is missing or no plan, a key is unknown, missing or wrong, or the waves are not those
            that the seed draws: a result can only be judged against the lot that was drawn.
        """
        data = _checked(path)
        reps = pd.DataFrame(data["reps"], columns=list(REP_KEYS))
        settings = client or replace(
            Client(name=data["client"]), language=check_language(data["language"] or "en")
        )
        return cls(
            table=plan_table(reps, data["starts"], data["weeks"]),
            method="training.rollout_plan",
            n=len(reps),
            client=settings,
            power=pd.DataFrame(data["promised"], columns=list(PROMISED)),
            **{name: data[name] for name in ("kpi", "waves", "weeks", "starts", "seed")},
        )


def plan_table(reps: pd.DataFrame, starts: date, weeks: int) -> pd.DataFrame:
    """Return the table of a plan: `REP_KEYS` and the day of each rep's wave."""
    held = [starts + timedelta(weeks=weeks * (int(wave) - 1)) for wave in reps["wave"]]
    return reps.assign(held_on=held)[list(TABLE)].reset_index(drop=True)


def _plain_value(value: object) -> str | int:
    return int(value) if isinstance(value, int | np.integer) else str(value)


def _plain(row: dict[str, object]) -> dict[str, object]:
    whole = ("waves", "weeks")
    return {k: int(v) if k in whole else v if k == "kpi" else float(v) for k, v in row.items()}


def _checked(path: str | Path) -> dict[str, Any]:
    """Read a file strictly: keys, types, and that the waves are those of the seed."""
    where = str(path)
    data = read_toml(path, f"No plan at '{path}'. Write one with: plan.write('{path}')")
    _keys(data, KEYS, where)
    for key, (kind, say) in KEYS.items():
        data[key] = typed(key, data[key], kind, say, where)
    if isinstance(data["starts"], datetime):
        data["starts"] = data["starts"].date()
    if data["form"] != FORM:
        raise InvalidInput(f"'form' in {where} is {data['form']}; this version reads form {FORM}.")
    if data["kpi"] not in KPIS or data["waves"] < 2 or data["weeks"] < 1 or data["seed"] < 0:
        raise InvalidInput(
            f"'kpi', 'waves', 'weeks' or 'seed' in {where} is none of a plan; restore the file."
        )
    for number, row in enumerate(data["promised"], start=1):
        place = f"[[promised]] number {number} in {where}"
        _keys(row, dict.fromkeys(PROMISED), place)
        for key in PROMISED[1:]:
            typed(key, row[key], (int, float), "a number", place)
    for number, rep in enumerate(data["reps"], start=1):
        place = f"[[reps]] number {number} in {where}"
        _keys(rep, dict.fromkeys(REP_KEYS), place)
        for key in ("rep_id", "name", "team"):
            text_of(key, rep[key], place)
        for key in ("group", "wave"):
            typed(key, rep[key], int, "a whole number", place)
    _check_lot(data, where)
    return data


def _keys(section: object, keys: dict[str, object], where: str) -> None:
    known_keys(section, keys, where)
    for key in keys:
        if key not in section:
            raise InvalidInput(f"'{key}' is missing in {where}; restore it, or write the plan anew.")


def _check_lot(data: dict[str, Any], where: str) -> None:
    ids = [rep["rep_id"] for rep in data["reps"]]
    if len(set(ids)) < len(ids) or not ids:
        raise InvalidInput(f"[[reps]] of {where} is empty or names a rep twice; restore it.")
    groups = np.array([rep["group"] for rep in data["reps"]])
    waves = np.array([rep["wave"] for rep in data["reps"]]) - 1
    if not (waves == drawn(groups, data["waves"], data["seed"])).all():
        raise InvalidInput(
            f"'wave' in [[reps]] of {where} is not what seed {data['seed']} draws. Restore it: "
            "a roll-out is judged against the lot that was drawn."
        )
