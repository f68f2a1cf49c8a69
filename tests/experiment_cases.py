"""A company that runs a test: its past, and the weeks of the test with a known effect of the activity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from simulate import ar1, negative_binomial

from salesanalysis.experiment import ExperimentPlan, experiment_plan
from salesanalysis.stats import lognormal_kernel

KERNEL = lognormal_kernel()
#: Calls and wins a week.
CALLS, WINS = 40.0, 1.2
BURN = 20


@dataclass(frozen=True)
class Company:
    """What is drawn once: who the reps are and what happens to them, test or not."""

    seed: int
    reps: int
    past: int = 110
    ahead: int = 80
    elasticity: float = 0.0
    wins: float = WINS

    def counts(self, raised: np.ndarray | None = None) -> pd.DataFrame:
        """Weeks 0 to past + ahead; `raised` (reps x weeks) multiplies calls from week `past` on.

        Reps differ in skill, effort follows skill, a workload drifts, territories and the market move wins.
        A call connects in one case of four, and wins follow calls with the default lag.
        """
        rng = np.random.default_rng([self.seed, 5])
        length = BURN + self.past + self.ahead
        skill = rng.normal(0, 0.35, self.reps)
        effort = 0.15 * skill / 0.35 + rng.normal(0, 0.25, self.reps)
        load = ar1(rng, (length, self.reps), phi=0.7, sd=0.3)
        territory = ar1(rng, (length, self.reps), phi=0.9, sd=0.15)
        market = ar1(rng, (length, 1), phi=0.9, sd=0.15)
        factor = np.ones((length, self.reps))
        if raised is not None:
            factor[BURN + self.past : BURN + self.past + raised.shape[1]] = raised.T
        # Noise of the past does not depend on what is tested later.
        calls = np.concatenate(
            [
                negative_binomial(np.random.default_rng([self.seed, 6, part]), mean, 8.0)
                for part, mean in enumerate(
                    np.split(CALLS * np.exp(effort + load + 0.5 * market) * factor, [BURN + self.past])
                )
            ]
        )
        exposure = sum(w * np.roll(calls, lag, axis=0) for lag, w in enumerate(KERNEL.weights))
        drive = self.elasticity * (np.log(0.5 + exposure) - np.log(CALLS))
        mean = self.wins * np.exp(skill + territory + market + drive)
        wins, connects = (
            np.concatenate(
                [draw(np.random.default_rng([self.seed, 7, part]), m) for part, m in enumerate(parts)]
            )
            for draw, parts in (
                (lambda r, m: negative_binomial(r, m, 6.0), np.split(mean, [BURN + self.past])),
                (lambda r, m: r.binomial(m.astype(int), 0.25), np.split(calls, [BURN + self.past])),
            )
        )
        week, rep = np.meshgrid(np.arange(length - BURN), np.arange(self.reps), indexing="ij")
        data = {"rep": rep.ravel(), "week": week.ravel()}
        for name, values in (("calls", calls), ("connects", connects), ("wins", wins)):
            data[name] = values[BURN:].ravel().astype(float)
        return pd.DataFrame(data)

    def history(self) -> pd.DataFrame:
        """What is known when the test is planned."""
        frame = self.counts()
        return frame[frame["week"] < self.past].reset_index(drop=True)

    def plan(self, **options) -> ExperimentPlan:
        """A test of calls planned on the past."""
        return experiment_plan(self.history(), "calls", **options)

    def run(self, plan: ExperimentPlan, *, done: float = 1.0) -> pd.DataFrame:
        """The past and the test, in which reps do `done` of the raise they were asked for."""
        raised = np.ones((self.reps, self.ahead))
        for row in plan.table.itertuples():
            if row.arm == "raise":
                begin = row.first_week - self.past
                raised[row.rep_id, begin : row.last_week - self.past + 1] = 1 + done * plan.raise_by
        return self.counts(raised)
