"""What the sample company got later, from random numbers of its own, so that the rest stays as it was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .sample_book import old_customers
from .sample_changes import absences, close_date_changes
from .sample_contacts import Contacts
from .sample_customers import (
    account_managers,
    expansions,
    fees_and_cancellations,
    kind_of_sale,
    owners,
    referrers,
)
from .sample_funnel import STAGES
from .sample_handoffs import as_one_list, first_touch, hand_over, imported_leads, respond
from .sample_lessons import lessons, sdr_goals
from .sample_money import in_foreign_money, rates
from .sample_people import People
from .sample_persons import make_persons, parts_taken, with_persons
from .sample_support import Support, care_log, support_leave, support_log
from .sample_tables import Numbers

#: Chance of winning that the CRM states for each stage, and the step written down in it.
PROBABILITY = dict(zip(STAGES, (0.10, 0.25, 0.50, 0.75)))
NEXT_STEPS = dict(zip(STAGES, ("Telepon kualifikasi", "Jadwalkan demo", "Bahas proposal", "Kirim kontrak")))
#: Share of open opportunities with a next step, and of those that nobody has touched for long.
HAS_STEP, HAS_STEP_STALLED = 0.72, 0.15
#: Days before the end within which the busiest day was an import.
BUSY = 180

Tables = dict[str, pd.DataFrame]
Streams = Iterator[np.random.Generator]


def extend(
    streams: Streams,
    people: People,
    *,
    support: Support,
    tables: Tables,
    source: tuple[Contacts, pd.DataFrame, dict[str, Numbers]],
) -> Tables:
    """Add the later columns and tables to `tables`; `source` is what these were made from."""
    contacts, deals, ids = source
    tables = dict(tables)
    first = contacts.accounts["rep"].to_numpy()[ids["account"].shown]
    known = tables["accounts"].assign(rep=first), tables["contracts"]
    seats = int(people.table["left_on"].isna().sum())
    older = old_customers(next(streams), people, reps=seats, accounts=known[0], contracts=known[1])
    for name, one, other in zip(("accounts", "contracts"), known, older):
        tables[name] = pd.concat([_days(one), _days(other)], ignore_index=True)
    touch = first_touch(contacts, deals, ids["lead"].shown)
    leads = hand_over(next(streams), people, support=support, leads=tables["leads"], touch=touch)
    new = imported_leads(next(streams), people, leads=leads, accounts=tables["accounts"])
    leads = pd.concat([leads, new], ignore_index=True)
    leads = respond(next(streams), people.clock, leads=leads, sdr=set(support.sdr["rep_id"]))
    tables["leads"] = leads
    tables |= _customers(streams, people, support=support, tables=tables)
    tables["opportunities"] = _standing(next(streams), people, tables=tables, source=source)
    tables["rates"] = rates(next(streams), people.clock)
    tables["opportunities"] = in_foreign_money(
        next(streams), people.clock, opportunities=tables["opportunities"], rates=tables["rates"]
    )
    tables["close_date_changes"] = close_date_changes(
        next(streams), people, opportunities=tables["opportunities"]
    )
    tables |= _persons(streams, people, support=support, tables=tables)
    tables["reps"] = _staff(people, support)
    taught = lessons(people, support, tables["coaching"])
    tables["coaching"] = pd.concat([_days(tables["coaching"]), _days(taught)], ignore_index=True)
    goals = tables["goals"]
    quarters = sorted(goals.loc[goals["scope"] == "rep", "period"].unique())  # the year's is the company's
    goals = sdr_goals(support, leads=tables["leads"], quarters=quarters)
    tables["goals"] = pd.concat([tables["goals"], goals], ignore_index=True)
    tables["leads"] = as_one_list(next(streams), leads, count=len(new))
    leave = [absences(people), support_leave(people.clock, support)]
    tables["absences"] = pd.concat([_days(part) for part in leave], ignore_index=True)
    return tables


def _customers(streams: Streams, people: People, *, support: Support, tables: Tables) -> Tables:
    contracts = fees_and_cancellations(next(streams), people.clock, tables["contracts"])
    accounts = owners(
        next(streams),
        people,
        support=support,
        accounts=tables["accounts"],
        contracts=contracts,
    )
    owner, managers = accounts.set_index("account_id")["rep_id"], account_managers(people, support)
    more = expansions(next(streams), people.clock, contracts=contracts, owner=owner, managers=managers)
    contracts = pd.concat([_days(contracts), _days(more)], ignore_index=True)
    opportunities = tables["opportunities"]
    referred = referrers(next(streams), opportunities, contracts=contracts, owner=owner, managers=managers)
    kinds = kind_of_sale(opportunities, contracts)
    opportunities = opportunities.assign(type=kinds, referred_by_account_id=referred)
    return {"accounts": accounts, "contracts": contracts, "opportunities": opportunities}


def _standing(
    rng: np.random.Generator,
    people: People,
    *,
    tables: Tables,
    source: tuple[Contacts, pd.DataFrame, dict[str, Numbers]],
) -> pd.DataFrame:
    """Opportunities with their first owner, when they were accepted, and how they stand."""
    table = tables["opportunities"]
    _, deals, ids = source
    part = deals.iloc[ids["opportunity"].shown]
    accepted = tables["leads"].dropna(subset="opportunity_id").query("decision == 'accepted'")
    is_open = (table["outcome"] == "open").to_numpy()
    closed = np.where(table["outcome"] == "won", 1.0, 0.0)
    has_step = rng.random(len(table)) < np.where(part["is_stalled"], HAS_STEP_STALLED, HAS_STEP)
    busiest = table.loc[table["created_on"] >= pd.Timestamp(people.clock.end - BUSY), "created_on"]
    imported = (table["created_on"] < pd.Timestamp(people.clock.start)) | (
        table["created_on"] == busiest.value_counts().index[0]
    )
    return table.assign(
        entry_rep_id=people.table["rep_id"].to_numpy()[part["rep"]],
        accepted_on=table["opportunity_id"].map(accepted.set_index("opportunity_id")["decided_on"]),
        probability=np.where(is_open, table["stage"].map(PROBABILITY), closed),
        next_step=table["stage"].map(NEXT_STEPS).where(is_open & has_step),
        entered_by=np.where(imported, "import", "rep"),
    )


def _persons(streams: Streams, people: People, *, support: Support, tables: Tables) -> Tables:
    log = support_log(next(streams), people, support=support, leads=tables["leads"])
    persons = make_persons(next(streams), tables["opportunities"]["account_id"])
    parts = parts_taken(next(streams), persons, opportunities=tables["opportunities"])
    care = care_log(next(streams), people.clock, support=support, accounts=tables["accounts"])
    log = pd.concat([log, care], ignore_index=True).sort_values("occurred_on", kind="stable")
    log.insert(0, "activity_id", [f"A{len(tables['activities']) + k + 1:06d}" for k in range(len(log))])
    whole = pd.concat([tables["activities"], _days(log)], ignore_index=True)
    return {
        "contacts": persons,
        "opportunity_contacts": parts,
        "activities": with_persons(whole, persons),
    }


#: What reps said when asked to coach; the others were not asked.
_WILLING = {"Fajar Nugroho": "yes", "Wulan Anggraini": "yes", "Hendra Saputra": "yes", "Dimas Wahyudi": "no"}


def _staff(people: People, support: Support) -> pd.DataFrame:
    table = pd.concat([_days(people.table), _days(support.table)], ignore_index=True)
    table["willing_to_coach"] = table["name"].map(_WILLING)
    return table.assign(email=table["name"].str.lower().str.replace(" ", ".") + "@nusacakra.example")


def _days(table: pd.DataFrame) -> pd.DataFrame:
    """Days in one resolution, so that tables can be put together."""
    days = {c: "datetime64[us]" for c in table.columns if c.endswith("_on")}
    return table.astype(days)
