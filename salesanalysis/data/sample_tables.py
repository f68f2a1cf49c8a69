"""Canonical tables from the simulated numbers: identifiers, dates as known at the end, contracts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .sample_contacts import Contacts
from .sample_funnel import STAGES, stage_history, visible
from .sample_people import Clock, People

#: Contracts a rep already had signed in the year before the export, and the share renewed when the term ends.
BOOK, RENEWED = 6, 0.78


class Numbers:
    """Which simulated rows are exported, and their identifiers.

    Rows left out get no identifier; asking for the identifier of row -1 gives none.
    """

    def __init__(self, prefix: str, shown: np.ndarray) -> None:
        self.shown = np.flatnonzero(shown)
        width = max(len(str(self.shown.size)), 4)
        labels = [f"{prefix}{k + 1:0{width}d}" for k in range(self.shown.size)]
        self._labels = np.full(shown.size + 1, None, dtype=object)
        self._labels[self.shown] = labels

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self._labels[rows]


def opportunity_table(
    people: People, *, table: pd.DataFrame, contacts: Contacts, ids: dict[str, Numbers]
) -> pd.DataFrame:
    """Opportunities as known at the end: outcome open, and no close date, where the end lies ahead."""
    clock = people.clock
    rows = ids["opportunity"].shown
    part = table.iloc[rows]
    leads = contacts.leads[contacts.leads["opportunity"] >= 0].set_index("opportunity").loc[rows]
    account = leads["account"].to_numpy()
    closed = part["closed_on"].to_numpy().astype("datetime64[D]")
    is_closed = closed <= clock.end
    won = part["is_won"].to_numpy()
    stage = np.full(rows.size, STAGES[0], dtype=object)
    for name in STAGES[1:]:
        day = part[f"{name}_on"].to_numpy().astype("datetime64[D]")
        stage[~np.isnat(day) & (day <= clock.end)] = name
    handed = part["handed_on"].to_numpy().astype("datetime64[D]") <= np.minimum(closed, clock.end)
    owner = np.where(handed, people.heir[part["rep"]], part["rep"])
    name = contacts.accounts["name"].to_numpy()[account]
    return pd.DataFrame(
        {
            "opportunity_id": ids["opportunity"][rows],
            "rep_id": people.table["rep_id"].to_numpy()[owner],
            "account_id": ids["account"][account],
            "name": part["product"].to_numpy() + " – " + name,
            "created_on": part["created_on"].to_numpy(),
            "closed_on": np.where(is_closed, closed, np.datetime64("NaT", "D")),
            "expected_close_on": part["expected_close_on"].to_numpy(),
            "outcome": np.where(is_closed, np.where(won, "won", "lost"), "open"),
            "stage": stage,
            "amount": part["amount"].to_numpy(),
            "product": part["product"].to_numpy(),
            "source": leads["source"].to_numpy(),
            "region": contacts.accounts["region"].to_numpy()[account],
            "lost_reason": np.where(is_closed & ~won, part["lost_reason"], None),
        }
    )


def history_table(people: People, *, table: pd.DataFrame, ids: dict[str, Numbers]) -> pd.DataFrame:
    """Stage history of the exported opportunities."""
    history = stage_history(people, table)
    label = ids["opportunity"][history["number"].to_numpy()]
    kept = pd.notna(label)
    return pd.DataFrame(
        {
            "opportunity_id": label[kept],
            "stage": history["stage"].to_numpy()[kept],
            "entered_on": history["entered_on"].to_numpy()[kept],
            "rep_id": people.table["rep_id"].to_numpy()[history["rep"].to_numpy()[kept]],
        }
    )


def lead_table(people: People, *, contacts: Contacts, ids: dict[str, Numbers]) -> pd.DataFrame:
    """Leads as known at the end."""
    clock = people.clock
    part = contacts.leads.iloc[ids["lead"].shown]
    converted = part["converted_on"].to_numpy().astype("datetime64[D]")
    known = converted <= clock.end
    return pd.DataFrame(
        {
            "lead_id": ids["lead"][ids["lead"].shown],
            "rep_id": people.table["rep_id"].to_numpy()[part["rep"]],
            "account_id": ids["account"][part["account"].to_numpy()],
            "created_on": part["created_on"].to_numpy(),
            "source": part["source"].to_numpy(),
            "converted_on": np.where(known, converted, np.datetime64("NaT", "D")),
            "opportunity_id": np.where(known, ids["opportunity"][part["opportunity"].to_numpy()], None),
        }
    )


def account_table(contacts: Contacts, ids: dict[str, Numbers]) -> pd.DataFrame:
    """Accounts behind the exported leads."""
    part = contacts.accounts.iloc[ids["account"].shown]
    columns = ["name", "segment", "region", "source", "created_on"]
    table = part[columns].reset_index(drop=True)
    table.insert(0, "account_id", ids["account"][ids["account"].shown])
    return table


def activity_table(people: People, *, log: pd.DataFrame, ids: dict[str, Numbers]) -> pd.DataFrame:
    """The activity log with identifiers; references to rows that are not exported stay empty."""
    return pd.DataFrame(
        {
            "activity_id": [f"A{k + 1:06d}" for k in range(len(log))],
            "rep_id": people.table["rep_id"].to_numpy()[log["rep"]],
            "kind": log["kind"].to_numpy(),
            "outcome": log["outcome"].to_numpy(),
            "occurred_on": log["day"].to_numpy(),
            "logged_on": log["logged_on"].to_numpy(),
            "due_on": log["due_on"].to_numpy(),
            "completed_on": log["completed_on"].to_numpy(),
            "opportunity_id": ids["opportunity"][log["opportunity"].to_numpy()],
            "account_id": ids["account"][log["account"].to_numpy()],
            "lead_id": ids["lead"][log["lead"].to_numpy()],
            "duration_minutes": log["duration_minutes"].to_numpy(),
        }
    )


def numbering(
    clock: Clock, *, table: pd.DataFrame, contacts: Contacts, log: pd.DataFrame
) -> dict[str, Numbers]:
    """Decide what is exported: opportunities of the window, leads, and the accounts of both."""
    shown = visible(clock, table)
    leads = contacts.leads
    created = leads["created_on"].to_numpy().astype("datetime64[D]")
    deal = leads["opportunity"].to_numpy()
    keep = (created >= clock.start - 60) & (created <= clock.end)
    keep &= (deal < 0) | shown[deal] | (leads["converted_on"].to_numpy().astype("datetime64[D]") > clock.end)
    keep |= (deal >= 0) & shown[deal]
    used = np.zeros(len(contacts.accounts), dtype=bool)
    used[leads["account"].to_numpy()[keep]] = True
    seen = log["account"].to_numpy()
    used[seen[seen >= 0]] = True
    return {
        "opportunity": Numbers("O", shown),
        "lead": Numbers("L", keep),
        "account": Numbers("C", used),
    }


def contract_table(
    rng: np.random.Generator, people: People, *, opportunities: pd.DataFrame, accounts: pd.DataFrame
) -> pd.DataFrame:
    """Contracts of won opportunities, the book signed the year before, and renewals."""
    clock = people.clock
    won = opportunities[opportunities["outcome"] == "won"]
    signed = won["closed_on"].to_numpy().astype("datetime64[D]")
    new = pd.DataFrame(
        {
            "account_id": won["account_id"].to_numpy(),
            "opportunity_id": won["opportunity_id"].to_numpy(),
            "rep_id": won["rep_id"].to_numpy(),
            "signed_on": signed,
            "months": rng.choice([12, 24, 6], len(won), p=[0.84, 0.12, 0.04]),
            "value": won["amount"].to_numpy(),
        }
    )
    early = _book(rng, people, accounts)
    contracts = pd.concat([early, new], ignore_index=True)
    contracts = pd.concat([contracts, *_renewals(rng, clock, contracts)], ignore_index=True)
    contracts = contracts.sort_values(["signed_on", "account_id", "opportunity_id"], kind="stable")
    month = contracts["signed_on"].to_numpy().astype("datetime64[M]") + 1
    contracts["starts_on"] = month.astype("datetime64[D]")
    contracts["ends_on"] = (month + contracts["months"].to_numpy()).astype("datetime64[D]")
    contracts["annual_value"] = np.round(contracts["value"] * 12 / contracts["months"], 0)
    contracts.insert(0, "contract_id", [f"K{k + 1:04d}" for k in range(len(contracts))])
    return contracts.drop(columns="months").reset_index(drop=True)


def _book(rng: np.random.Generator, people: People, accounts: pd.DataFrame) -> pd.DataFrame:
    """Customers from before, whose first contracts the export holds without opportunity."""
    clock = people.clock
    senior = np.flatnonzero(people.hired < clock.start - 365)
    rep = np.repeat(senior, BOOK)
    pool = accounts.index[accounts["created_on"] < clock.start].to_numpy()
    pick = np.sort(rng.choice(pool, min(rep.size, pool.size), replace=False))
    rep = rep[: pick.size]
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"].to_numpy()[pick],
            "opportunity_id": None,
            "rep_id": people.table["rep_id"].to_numpy()[rep],
            "signed_on": clock.working(clock.start - rng.integers(20, 365, pick.size)),
            "months": 12,
            "value": np.round(np.exp(rng.normal(np.log(34.0), 0.4, pick.size)) * 4) / 4 * 1e6,
        }
    )


def _renewals(rng: np.random.Generator, clock: Clock, contracts: pd.DataFrame) -> list[pd.DataFrame]:
    """Most contracts are renewed for a year when their term ends, without an opportunity of their own."""
    out, current = [], contracts
    while len(current):
        ends = current["signed_on"].to_numpy().astype("datetime64[M]") + 1 + current["months"].to_numpy()
        signed = clock.working(ends.astype("datetime64[D]") - rng.integers(5, 30, len(current)))
        kept = (signed <= clock.end) & (rng.random(len(current)) < RENEWED)
        growth = rng.choice([1.0, 1.08, 1.25, 0.85], len(current), p=[0.45, 0.3, 0.15, 0.1])
        value = np.round(current["value"] * 12 / current["months"] * growth / 2.5e5) * 2.5e5
        current = current.assign(signed_on=signed, opportunity_id=None, months=12, value=value)[kept]
        out.append(current)
    return out
