"""Random events for the companies of the oracle: opportunities and all that happens around them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

START, AS_OF = date(2025, 1, 6), date(2026, 8, 19)
STAGES = ("qualified", "meeting", "proposal", "contract")


class Dice:
    """Seeded draws, all with gaps where asked."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def one_of(self, values, n: int, *, gaps: float = 0.0, weights=None) -> list:
        drawn = self.rng.choice(np.array(list(values), dtype=object), n, p=weights)
        return [None if self.rng.random() < gaps else v for v in drawn]

    def days(
        self, n: int, first: date = START, last: date = AS_OF, *, gaps: float = 0.0
    ) -> list[date | None]:
        """Draw days; one in six is the first or last of a month."""
        found: list[date | None] = []
        for step in self.rng.integers(0, (last - first).days + 1, n):
            day = first + timedelta(days=int(step))
            if self.rng.random() < 1 / 6:
                day = day.replace(day=1) - timedelta(days=int(self.rng.integers(0, 2)))
            found.append(None if self.rng.random() < gaps else min(max(day, first), last))
        return found

    def after(self, day: date | None, longest: int) -> date | None:
        """Return a day up to `longest` days later, often the same one."""
        if day is None:
            return None
        return day + timedelta(days=int(self.rng.integers(0, longest + 1) * (self.rng.random() > 0.1)))

    def amounts(self, n: int, *, gaps: float = 0.1) -> list[float | None]:
        drawn = self.rng.choice([0.0, 1e6, 2.5e6, 3.1e6, 7.77e6], n) + self.rng.integers(0, 3, n) * 1e5
        return [None if self.rng.random() < gaps else float(v) for v in drawn]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)


def opportunities(dice: Dice, ids: list[str], accounts: list[str], n: int = 300) -> pd.DataFrame:
    created = dice.days(n, gaps=0.04)
    outcome = dice.one_of(["won", "lost", "open"], n, weights=[0.4, 0.35, 0.25])
    closed = [dice.after(d, 120) if d else dice.days(1)[0] for d in created]
    outcome = [o if c <= AS_OF else "open" for o, c in zip(outcome, closed, strict=True)]
    owner = dice.one_of(ids, n, gaps=0.03)
    is_old_owner = [dice.chance(0.8) for _ in range(n)]
    entered = [o if old else i for o, old, i in zip(owner, is_old_owner, dice.one_of(ids, n), strict=True)]
    accepted = [
        d if d and d <= AS_OF and dice.chance(0.4) else None for d in (dice.after(d, 9) for d in created)
    ]
    return pd.DataFrame(
        {
            "opportunity_id": [f"o{k:03d}" for k in range(n)],
            "rep_id": owner,
            "account_id": dice.one_of(accounts, n, gaps=0.1),
            "created_on": created,
            "closed_on": [c if o != "open" else None for o, c in zip(outcome, closed, strict=True)],
            "expected_close_on": [dice.after(d, 150) for d in created],
            "outcome": outcome,
            "amount": dice.amounts(n),
            "probability": dice.one_of([0.1, 0.35, 0.9], n, gaps=0.2),
            "entry_rep_id": [e if dice.chance(0.7) else None for e in entered],
            "accepted_on": [d if d and d <= AS_OF else None for d in accepted],
            "entered_by": dice.one_of(["rep", "import"], n, gaps=0.2, weights=[0.8, 0.2]),
            "referred_by_account_id": dice.one_of(accounts, n, gaps=0.6),
        }
    )


def stage_history(dice: Dice, opportunities: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    """Walk up, skip, come back and stay; some entries are written down on or after the day of the close."""
    rows = []
    for o in opportunities.itertuples():
        day, stage = o.created_on, 0
        for _ in range(int(dice.rng.integers(0, 6))):
            if not day or day > AS_OF:
                break
            name = "legal" if dice.chance(0.08) else STAGES[min(max(stage, 0), 3)]
            rows.append((o.opportunity_id, name, day, dice.one_of([o.rep_id, *ids], 1, gaps=0.7)[0]))
            stage += int(dice.rng.choice([-1, 0, 1, 1, 2]))
            day = o.closed_on if o.closed_on and dice.chance(0.1) else dice.after(day, 30)
    found = pd.DataFrame(rows, columns=["opportunity_id", "stage", "entered_on", "rep_id"])
    return found.drop_duplicates(["opportunity_id", "stage", "entered_on"])


def changes(dice: Dice, opportunities: pd.DataFrame, n: int = 250) -> pd.DataFrame:
    which = dice.rng.integers(0, len(opportunities), n)
    changed = dice.days(n)
    for k, row in enumerate(which):
        created, closed = opportunities.loc[row, ["created_on", "closed_on"]]
        if created and dice.chance(0.8):
            changed[k] = closed if closed and dice.chance(0.2) else min(dice.after(created, 60), AS_OF)
    rows = pd.DataFrame(
        {
            "opportunity_id": opportunities["opportunity_id"].to_numpy()[which],
            "changed_on": changed,
            "old_close_on": dice.days(n, START, date(2026, 12, 31), gaps=0.05),
            "new_close_on": dice.days(n, START, date(2026, 12, 31), gaps=0.05),
        }
    )
    return rows.drop_duplicates(["opportunity_id", "changed_on"])


def activities(dice: Dice, ids: list[str], opportunities: list[str], n: int = 3000) -> pd.DataFrame:
    kinds = ["call", "email", "meeting", "proposal", "follow_up", "voicemail", "internal_meeting", "admin"]
    outcomes = {"call": ["no_answer", "connected", "conversation"], "meeting": ["held", "no_show"]}
    kind = dice.one_of(kinds, n, weights=[0.4, 0.1, 0.15, 0.1, 0.1, 0.05, 0.05, 0.05])
    occurred = dice.days(n)
    due = [dice.after(d, 20) if dice.chance(0.3) else None for d in occurred]
    done = [dice.after(d, 30) if dice.chance(0.7 if u else 0.1) else None for d, u in zip(occurred, due)]
    return pd.DataFrame(
        {
            "activity_id": [f"t{k:04d}" for k in range(n)],
            "rep_id": dice.one_of(ids, n, gaps=0.03),
            "kind": kind,
            "outcome": [dice.one_of(outcomes.get(k, ["sent"]), 1, gaps=0.15)[0] for k in kind],
            "occurred_on": occurred,
            "due_on": due,
            "completed_on": [d if d and d <= AS_OF else None for d in done],
            "opportunity_id": dice.one_of(opportunities, n, gaps=0.4),
        }
    )


def leads(
    dice: Dice, ids: list[str], accounts: list[str], opportunities: list[str], n: int = 350
) -> pd.DataFrame:
    created = dice.days(n)
    at = [pd.Timestamp(d) + pd.Timedelta(minutes=int(dice.rng.integers(0, 1440))) for d in created]
    waited = [pd.Timedelta(minutes=int(m)) for m in dice.rng.choice([0, 7, 95, 3000], n)]
    responded = [a + w if (a + w).date() <= AS_OF and dice.chance(0.8) else None for a, w in zip(at, waited)]
    handed = [d if d <= AS_OF and dice.chance(0.6) else None for d in (dice.after(d, 20) for d in created)]
    takers = [r if d or dice.chance(0.1) else None for d, r in zip(handed, dice.one_of(ids[:12], n))]
    return pd.DataFrame(
        {
            "lead_id": [f"l{k:03d}" for k in range(n)],
            "rep_id": dice.one_of(ids, n, gaps=0.05),
            "account_id": dice.one_of(accounts, n, gaps=0.3),
            "created_on": created,
            "created_at": [a if dice.chance(0.9) else None for a in at],
            "responded_at": responded,
            "handed_on": handed,
            "handed_to": takers,
            "qualification": dice.one_of(["qualified", "not qualified"], n, gaps=0.2),
            "decision": dice.one_of(["accepted", "rejected"], n, gaps=0.2),
            "opportunity_id": dice.one_of(opportunities, n, gaps=0.5),
        }
    )


def contracts(dice: Dice, ids: list[str], accounts: list[str], n: int = 180) -> pd.DataFrame:
    signed = dice.days(n, date(2024, 1, 1))
    starts = [dice.after(d, 30) if dice.chance(0.8) else None for d in signed]
    begun = [s or d for s, d in zip(starts, signed, strict=True)]
    terms = dice.one_of([0, 31, 180, 337, 365, 730], n)
    ends = [
        b + timedelta(days=int(t)) if dice.chance(0.9) else None for b, t in zip(begun, terms, strict=True)
    ]
    ends = [e if e is None or dice.chance(0.8) else e.replace(day=1) for e in ends]
    return pd.DataFrame(
        {
            "contract_id": [f"K{k:03d}" for k in range(n)],
            "account_id": dice.one_of(accounts[:45], n),
            "rep_id": dice.one_of(ids, n, gaps=0.1),
            "signed_on": signed,
            "starts_on": starts,
            "ends_on": [e if e is None or e >= b else b for e, b in zip(ends, begun, strict=True)],
            "value": dice.amounts(n),
            "annual_value": dice.amounts(n, gaps=0.5),
            "one_off_value": dice.one_of([0.0, 5e4], n, gaps=0.5),
            "cancelled_on": [dice.after(b, 400) if dice.chance(0.2) else None for b in begun],
        }
    )
