"""What planning and analysing a randomised test return."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from ..core.client import Client
from ..core.errors import InvalidInput
from ..core.files import write_whole
from ..core.i18n import check_language
from ..core.result import Result
from ..core.toml import dumps
from ..stats import Kernel, lognormal_kernel
from . import file
from .layout import Layout, drawn, number_of_draws
from .power import COLUMNS
from .schedule import plan_table

#: What can be said of an effect once the test is over.
VERDICTS = ("raises", "lowers", "smaller_than_planned", "cannot_tell")
#: What stops a test before its day, with words in ``experiment.stop.<code>``.
STOP = ("not_done", "harm", "leavers")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExperimentPlan(Result):
    """A randomised test: who raises the activity when, what it can find, when it is read.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per rep and block: ``rep_id, name, group`` (comparable reps among whom the lot was drawn),
        ``block, first_week, last_week, arm`` (``raise`` or ``usual``).
    power : pandas.DataFrame
        ``outcome, weeks, n`` (events expected), ``effect`` (log ratio that matters), ``power`` to find it and
        ``mde`` (log ratio found in four tests of five); the plan's own rows first, then wins with a shorter
        or longer test. NaN where the past is too short to tell, or the effect beyond fourfold.
    activity : str
        What is raised.
    raise_by : float
        By how much: 0.2 is 20 %.
    layout : Layout
        Design, groups, blocks and seed.
    starts, read_on : date or int
        First week of the test; from when on it can be read, not before.
    before_weeks : int
        Weeks before the test that give each rep's usual level.
    outcome, intermediate : str
        What decides; what shows earlier, or nothing.
    kernel : Kernel
        Lag weights from the activity to wins.
    excluded : mapping of str to int
        Reps left out: ``new, gone, little_history, never_does``.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> plan = sa.experiment_plan(sa.sample(), "calls", raise_by=0.5)  # doctest: +SKIP
    >>> sa.ExperimentPlan.read(plan.write("calls.toml")).reps == plan.reps  # doctest: +SKIP
    True
    """

    power: pd.DataFrame
    activity: str
    raise_by: float
    layout: Layout
    starts: date | int
    read_on: date | int
    before_weeks: int
    outcome: str = "wins"
    intermediate: str = ""
    kernel: Kernel = field(default_factory=lognormal_kernel)
    excluded: dict[str, int] = field(default_factory=dict)

    @property
    def design(self) -> str:
        """``parallel`` or ``rotation``."""
        return self.layout.design

    @property
    def weeks(self) -> int:
        """Weeks during which the activity is raised."""
        return self.layout.weeks

    @property
    def seed(self) -> int:
        """Seed of the draw."""
        return self.layout.seed

    @property
    def stop(self) -> tuple[str, ...]:
        """What stops the test before its day, as codes."""
        return STOP

    @property
    def reps(self) -> list:
        """Reps of the test, in the order of the lot."""
        return list(self.table["rep_id"].drop_duplicates())

    @property
    def mde(self) -> float:
        """Smallest log ratio of the outcome that is found in four tests of five; NaN if none is known."""
        return float(self.power["mde"].iloc[0])

    @property
    def effect(self) -> float:
        """Log ratio of the outcome that matters."""
        return float(self.power["effect"].iloc[0])

    @property
    def chance(self) -> float:
        """Chance of finding the effect that matters; NaN if the past is too short to tell."""
        return float(self.power["power"].iloc[0])

    @property
    def draws(self) -> int:
        """How many assignments the lot could have drawn."""
        sizes = pd.Series(self.layout.groups).value_counts().tolist()
        return number_of_draws(sizes, self.layout.lots)

    @property
    def reps_needed(self) -> float:
        """Reps with whom the effect that matters would be found, as precision grows with their root."""
        return float(np.ceil(len(self.layout.groups) * (self.mde / self.effect) ** 2))

    def write(self, path: str | Path) -> Path:
        """Write the plan to a TOML file, so that the result is judged by what was agreed beforehand.

        Raises
        ------
        CannotWrite
            The file cannot be written.
        """
        words = self.client.words
        comments = {key: words.t(f"experiment.file.{key}") for key in ("starts", "seed", "reps")}
        rules = "".join(f"\n- {words.t(f'experiment.stop.{code}')}" for code in self.stop)
        comments[""] = words.t("experiment.file.top") + "\n\n" + words.t("experiment.file.stop") + rules
        return write_whole(path, dumps(self._data(), comments).encode())

    def _data(self) -> dict[str, object]:
        layout, arms = self.layout, self.table.groupby("rep_id", sort=False)["arm"].agg(list)
        people = self.table.drop_duplicates("rep_id")
        return {
            "form": file.FORM,
            "client": self.client.name,
            "language": self.client.language,
            "activity": self.activity,
            "raise_by": self.raise_by,
            "design": layout.design,
            "blocks": layout.blocks,
            "block_weeks": layout.block_weeks,
            "starts": self.starts,
            "read_on": self.read_on,
            "before_weeks": self.before_weeks,
            "seed": layout.seed,
            "outcome": self.outcome,
            "intermediate": self.intermediate,
            "kernel": {
                "median": float(self.kernel.median),
                "sigma": float(self.kernel.sigma),
                "longest": len(self.kernel.weights) - 1,
            },
            "promised": [_plain(row) for row in self.power.to_dict("records")],
            "reps": [
                {"rep_id": _key(rep), "name": str(name), "group": int(group), "arms": arms[rep]}
                for rep, name, group in zip(people["rep_id"], people["name"], people["group"], strict=True)
            ],
        }

    @classmethod
    def read(cls, path: str | Path, client: Client | None = None) -> ExperimentPlan:
        """Read a plan that `write` wrote.

        Raises
        ------
        InvalidInput
            The file is missing or no plan, a key is unknown, missing or wrong, or the arms are not those
            that the seed draws: a result can only be judged against the lot that was drawn.
        """
        data = file.read(path)
        groups = tuple(rep["group"] for rep in data["reps"])
        layout = Layout(data["design"], groups, data["blocks"], data["block_weeks"], data["seed"])
        _check(data, layout, str(path))
        kernel = data["kernel"]
        settings = client or replace(
            Client(name=data["client"]), language=check_language(data["language"] or "en")
        )
        people = [(rep["rep_id"], rep["name"]) for rep in data["reps"]]
        return cls(
            table=plan_table(layout, people, data["starts"]),
            method="experiment.experiment_plan",
            n=len(groups),
            client=settings,
            power=pd.DataFrame(data["promised"], columns=list(COLUMNS)),
            layout=layout,
            kernel=lognormal_kernel(kernel["median"], kernel["sigma"], length=kernel["longest"]),
            **{
                key: data[key]
                for key in (
                    "activity",
                    "raise_by",
                    "starts",
                    "read_on",
                    "before_weeks",
                    "outcome",
                    "intermediate",
                )
            },
        )


def _key(rep: object) -> str | int:
    return int(rep) if isinstance(rep, int | np.integer) else str(rep)


def _plain(row: dict[str, object]) -> dict[str, object]:
    numbers = {k: float(v) for k, v in row.items() if k not in ("outcome", "weeks")}
    return {"outcome": row["outcome"], "weeks": int(row["weeks"]), **numbers}


def _check(data: dict, layout: Layout, where: str) -> None:
    if layout.design == "rotation" and layout.blocks % 2:
        raise InvalidInput(f"'blocks' in {where} is {layout.blocks}; a rotation has an even number of them.")
    if layout.design == "parallel" and layout.blocks != 1:
        raise InvalidInput(f"'blocks' in {where} is {layout.blocks}; a parallel test has one.")
    reps = [rep["rep_id"] for rep in data["reps"]]
    if len(set(reps)) < len(reps):
        twice = next(rep for rep in reps if reps.count(rep) > 1)
        raise InvalidInput(f"Rep '{twice}' stands twice in [[reps]] of {where}; leave one out.")
    if isinstance(data["starts"], int) != isinstance(data["read_on"], int):
        raise InvalidInput(f"'starts' and 'read_on' in {where} must both be days, or both whole numbers.")
    given = np.array([[arm == "raise" for arm in rep["arms"]] for rep in data["reps"]])
    if not (given == drawn(layout)).all():
        raise InvalidInput(
            f"'arms' in [[reps]] of {where} are not those that seed {layout.seed} draws for these groups. "
            "Restore them: a test is judged against the lot that was drawn."
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExperimentResult(Result):
    """What a randomised test showed.

    Attributes
    ----------
    table : pandas.DataFrame
        ``term`` (the activity, the outcome, the intermediate outcome) and ``kind``: ``compliance`` (did the
        activity rise), ``intention_to_treat`` (everybody counts as the lot drew, whatever they did) and
        ``adjusted`` (regression with the rep's earlier level). ``estimate`` is the log ratio of raised to
        usual at a full dose, with ``conf_low, conf_high, p_value``; ``n`` events, ``base`` rep-weeks read;
        ``method`` (``randomisation``, ``cluster_jackknife``); ``verdict`` of the intention-to-treat rows
        (``raises, lowers, smaller_than_planned, cannot_tell``) and ``reason``.
    plan : ExperimentPlan
        The plan it was judged by.
    level : float
        Confidence level.
    reps_read, reps_lost : int
        Reps of the plan who were there for half of the weeks or more, and those who were not.
    weeks_read : float
        Share of the rep-weeks of the plan that are known.
    verdict, reason : str
        Of the outcome that decides.
    """

    plan: ExperimentPlan
    level: float = 0.95
    reps_read: int = 0
    reps_lost: int = 0
    weeks_read: float = 0.0
    verdict: str = "cannot_tell"
    reason: str = ""
