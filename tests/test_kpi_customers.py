"""KPIs of contracts, customers, referrals and roles have the values worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd
import pytest
import tiny
from build_crm import crm_of
from hypothesis import given, settings
from hypothesis import strategies as st
from kpi_values_customers import VALUES

import salesanalysis as sa
from salesanalysis.kpi import KPIS, panel
from salesanalysis.kpi.customer import CUSTOMERS
from salesanalysis.kpi.view import Tables


@cache
def company(name: str):
    return tiny.crm(name)


@pytest.mark.parametrize("kpi", VALUES)
def test_values(kpi):
    for name, period, rep, wanted in VALUES[kpi]:
        found = panel(company(name), kpi, period, by=("rep_id",) if rep else ()).kpis
        if rep:
            found = found[found["rep_id"] == rep]
        assert len(found) == 1, (name, period, rep)
        estimate = found["estimate"].iloc[0]
        if wanted is None:
            assert math.isnan(estimate), (name, period, rep, estimate)
        else:
            assert estimate == pytest.approx(wanted, rel=1e-12), (name, period, rep)


def test_the_article_reads_retention_three_ways():
    """Start 100, 20 of them lost, 30 gained, 5 of those lost, end 105: net 100 %, gross 75 %, truth 80 %."""
    names = [f"customer_retention{suffix}" for suffix in (".seed", ".seed_gross", ".seed_present", "")]
    found = panel(company("crowd"), names, "2025", by=()).kpis.set_index("kpi")["estimate"]
    assert [round(found[name], 12) for name in names] == [1.00, 0.75, 0.80, 0.80]


# Times as a customer ---------------------------------------------------------------------------


def contracts_of(*terms: tuple[str, str, str, str | None]) -> dict[str, pd.DataFrame]:
    """Return the customers' company with these contracts alone: account, start, end, cancelled."""
    rows = [
        {
            "contract_id": f"K{i}",
            "account_id": account,
            "rep_id": "m1",
            "signed_on": start,
            "starts_on": start,
            "ends_on": end,
            "cancelled_on": cancelled,
            "value": "10",
        }
        for i, (account, start, end, cancelled) in enumerate(terms)
    ]
    return {**tiny.tables("customers"), "contracts": pd.DataFrame(rows)}


def spells_of(crm) -> list[tuple[str, str, str | None]]:
    tables = Tables(crm.tables, crm.client, crm.span.start, crm.span.end)
    rows = CUSTOMERS.build(tables).to_pandas().sort_values(["account_id", "started_on"])
    return [
        (r.account_id, str(r.started_on)[:10], None if pd.isna(r.ended_on) else str(r.ended_on)[:10])
        for r in rows.itertuples()
    ]


def test_terms_that_touch_or_overlap_make_one_time():
    crm = sa.load(
        contracts_of(
            ("k1", "2024-01-01", "2024-07-01", None),
            ("k1", "2024-07-01", "2025-01-01", None),  # touches
            ("k1", "2024-03-01", "2024-04-01", None),  # lies within
            ("k1", "2025-02-01", "2025-06-01", None),  # after a month without
            ("k2", "2024-01-01", "2026-01-01", "2024-09-01"),  # cancelled
            ("k2", "2024-08-01", "2024-10-01", None),  # overlaps
            ("k3", "2024-01-01", None, None),  # has no end
            ("k3", "2025-01-01", "2025-02-01", None),
            ("k4", "2024-05-01", "2025-01-01", "2024-05-01"),  # cancelled before it began
        ),
        company("customers").client,
    )
    assert spells_of(crm) == [
        ("k1", "2024-01-01", "2025-01-01"),
        ("k1", "2025-02-01", "2025-06-01"),
        ("k2", "2024-01-01", "2024-10-01"),
        ("k3", "2024-01-01", None),
    ]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["k1", "k2", "k3"]), st.integers(0, 400), st.integers(1, 200)),
        min_size=1,
        max_size=12,
    )
)
def test_times_and_flows_agree_with_counting_days(terms):
    """Customers at the end = at the start + gained − lost; kept, day by day, as a set of days says."""
    first = pd.Timestamp("2024-06-01")
    on = [str((first + pd.Timedelta(days=d)).date()) for d in range(602)]
    frames = contracts_of(*((a, on[s], on[s + n], None) for a, s, n in terms))
    crm = crm_of({k: frames[k] for k in ("reps", "contracts")}, as_of=date(2025, 12, 31))
    names = ["customers", "customers_gained", "customers_lost", "customer_retention"]
    found = panel(crm, names, "2025-Q1", by=()).wide().iloc[0]
    days = {(a, first + pd.Timedelta(days=s + d)) for a, s, n in terms for d in range(n)}
    before, last = pd.Timestamp("2024-12-31"), pd.Timestamp("2025-03-31")
    start, end = ({a for a, day in days if day == on} for on in (before, last))
    unbroken = {a for a in start if all((a, day) in days for day in pd.date_range(before, last))}
    assert (found["customers_at_start"], found["customers"]) == (len(start), len(end))
    assert found["customers_kept"] == len(unbroken)
    assert found["customers"] == (
        found["customers_at_start"] + found["customers_gained"] - found["customers_lost"]
    )


def test_a_purchase_makes_a_customer_for_the_days_the_client_says():
    frames = {k: v for k, v in tiny.tables("customers").items() if k != "contracts"}
    crm = sa.load(frames, replace(company("customers").client, active_days=100))
    # k1 2025-03-20, k5 2025-05-06, k7 2025-06-16, k10 2025-08-05; each for a hundred days.
    assert spells_of(crm) == [
        ("k1", "2025-03-20", "2025-06-28"),
        ("k10", "2025-08-05", "2025-11-13"),
        ("k5", "2025-05-06", "2025-08-14"),
        ("k7", "2025-06-16", "2025-09-24"),
    ]
    names = ["customer_retention", "active_book", "customer_lifetime_value", "repeat_rate"]
    found = panel(crm, names, "2025-Q3", by=()).kpis.set_index("kpi")["estimate"]
    assert found["customer_retention"] == 0  # k5 and k7 at the start, k10 alone at the end
    assert found["active_book"] == pytest.approx(30 * 365.25 / 100)
    assert found["customer_lifetime_value"] == (1000 + 270 + 2000 + 30) / 4
    assert found["repeat_rate"] == 0
    needs = KPIS["customer_retention"].needs_in("purchases")
    assert "opportunities.closed_on" in needs and not any(n.startswith("contracts") for n in needs)


def test_without_owners_the_rep_of_the_latest_contract_looks_after_the_account():
    frames = tiny.tables("customers")
    frames["accounts"] = frames["accounts"].drop(columns="rep_id")
    frames["contracts"].loc[frames["contracts"]["contract_id"] == "K02", "rep_id"] = "m2"
    crm = sa.load(frames, company("customers").client)
    found = panel(crm, ["customers"], "2025").kpis.set_index("rep_id")["estimate"]
    assert found[["m1", "m2", "m3"]].tolist() == [3, 2, 2]


def test_a_prospect_referred_twice_or_by_itself_counts_once_or_not():
    frames = tiny.tables("customers")
    again = (
        frames["opportunities"]
        .iloc[[0]]
        .assign(opportunity_id="r9", created_on="2025-08-04", closed_on="2025-09-01", outcome="won")
    )
    itself = again.assign(opportunity_id="r10", account_id="k1", referred_by_account_id="k1")
    frames["opportunities"] = pd.concat([frames["opportunities"], again, itself], ignore_index=True)
    crm = sa.load(frames, company("customers").client)
    found = panel(crm, ["referrals", "referral_conversion"], "2025", by=(), grain="quarter").kpis
    counts = found[found["kpi"] == "referrals"]["estimate"].tolist()
    assert counts == [1, 0, 1, 0]  # k11 in the first quarter, not again in the third
    assert found[found["kpi"] == "referral_conversion"]["estimate"].iloc[0] == 1  # won by the second try


def test_months_as_an_sdr_follow_the_history_of_roles():
    frames = tiny.tables("handoffs")
    frames["rep_history"] = pd.DataFrame(
        {"rep_id": ["s1", "s1"], "starts_on": ["2025-01-06", "2026-03-01"], "role": ["SDR", "AE"]}
    )
    frames["absences"] = pd.DataFrame(
        {"rep_id": ["s2"], "starts_on": ["2026-02-01"], "ends_on": ["2026-03-01"], "kind": ["leave"]}
    )
    crm = sa.load(frames, company("handoffs").client)
    found = panel(crm, ["lead_rate"], "2026-Q1").kpis.set_index("rep_id")
    assert found.loc["s1", "base"] == pytest.approx(2)  # January and February
    assert found.loc["s2", "base"] == pytest.approx(1)  # March


def test_a_month_not_over_yet_counts_by_its_working_days():
    whole = panel(company("handoffs"), ["lead_rate"], "2026-03", by=()).kpis["base"].iloc[0]
    half = panel(company("handoffs"), ["lead_rate"], "2026-03-01..2026-03-15", by=()).kpis["base"].iloc[0]
    assert whole == pytest.approx(2)
    assert 0.8 < half < 1.2
