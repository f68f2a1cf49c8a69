"""Values of the KPIs of contracts, customers, referrals and roles, worked out by hand.

For each KPI: rows of a company of `tiny`, a period, a rep (empty: everybody) and the value; None is missing.
The heads of `tiny_customers` and `tiny_handoffs` show how each comes about.
"""

from __future__ import annotations

Row = tuple[str, str, str, float | None]


def _year(*values: float | None) -> list[Row]:
    """Customers in 2025: everybody, then m1, m2 and m3."""
    return [("customers", "2025", rep, v) for rep, v in zip(("", "m1", "m2", "m3"), values, strict=True)]


def _quarter(*values: float | None) -> list[Row]:
    """Hand-offs in the first quarter of 2026: everybody, then the SDRs s1 and s2 and the AEs e1 and e2."""
    reps = ("", "s1", "s2", "e1", "e2")
    return [("handoffs", "2026-Q1", rep, v) for rep, v in zip(reps, values, strict=True)]


def _crowd(value: float) -> list[Row]:
    """The article's hundred customers."""
    return [("crowd", "2025", "", value)]


# Days as a customer in 2025: k1 k2 k3 k7 k8 365 each, k4 243, k5 k6 214 each, k10 122; and to date: k1 640,
# k2 549, k3 610, k4 365, k5 214, k6 214 | k7 700, k9 365 | k8 396, k10 122.
_M1, _M2, _M3 = (1095 + 243 + 214 + 214, 2592), (365, 1065), (365 + 122, 518)
_DAYS, _TO_DATE = (sum(part) for part in zip(_M1, _M2, _M3))

VALUES: dict[str, list[Row]] = {
    "contracts_signed": _year(8, 5, 1, 2),
    "annual_contract_value": [
        *_year(8630 / 8, (1000 + 50 + 150 + 250 + 120) / 5, 2000, (5000 + 60) / 2),
        ("customers", "2025-Q2", "", (150 + 250 + 2000) / 3),
        ("customers", "2023", "", None),
    ],
    "annual_contract_value.seed": _year(8620 / 8, 1590 / 5, 2000, 5030 / 2),
    "one_off_fees": _year(20, 20, 0, 0),
    "short_contracts": _year(1, 0, 0, 1),
    "customers": [*_year(7, 4, 1, 2), ("customers", "2025-Q3", "", 8), *_crowd(105)],
    "customers_gained": [*_year(3, 2, 0, 1), *_crowd(30)],
    "customers_lost": [*_year(2, 2, 0, 0), *_crowd(25)],
    "customer_retention": [
        *_year(5 / 6, 3 / 4, 1, 1),
        ("customers", "2025-Q3", "", 7 / 8),  # k1 to k8 without k4
        *_crowd(0.80),
    ],
    "customer_retention.seed": [*_year(1, 1, 1, 1), *_crowd(1.00)],
    "customer_retention.seed_gross": [*_year(4 / 6, 2 / 4, 1, 1), *_crowd(0.75)],
    "customer_retention.seed_present": [*_year(5 / 6, 3 / 4, 1, 1), *_crowd(0.80)],
    "customer_churn": [*_year(1 / 6, 1 / 4, 0, 0), *_crowd(0.20)],
    "active_book": _year(9810, 1500 + 250, 3000, 5060),
    "book_per_customer": _year(9810 / 7, 1750 / 4, 3000, 5060 / 2),
    "net_revenue_retention": _year(9500 / 3000, 1.5, 3, 5),
    "gross_revenue_retention": _year(2850 / 3000, 0.85, 1, 1),
    # The article's 1000 that became 1500, 3000 and 5000.
    "upsell_rate": _year(6500 / 3000, 0.5, 2.0, 4.0),
    "buying_customers": _year(8, 5, 1, 2),
    # Bought on two days or more: k1 k2 k3 k7 k8.
    "repeat_rate": _year(5 / 10, 3 / 6, 1 / 2, 1 / 2),
    "customer_lifetime_value": _year(13_000 / 10, 2890 / 6, 4080 / 2, 6030 / 2),
    "customer_lifetime_value.seed": [
        *_year(
            8620 / 8 * (8 / _DAYS) * (_TO_DATE / 10),
            1590 / 5 * (5 / _M1[0]) * (_M1[1] / 6),
            2000 * (1 / _M2[0]) * (_M2[1] / 2),
            5030 / 2 * (2 / _M3[0]) * (_M3[1] / 2),
        ),
        # One purchase a year, of 250 000 and of 40 000 on average; two years as customers.
        ("worth", "2024-01-01..2025-12-31", "v1", 250_000 * 1 * 2),
        ("worth", "2024-01-01..2025-12-31", "v2", 40_000 * 1 * 2),
    ],
    "referrals": [
        *_year(2, 2, 0, 0),
        ("customers", "2025-Q1", "m1", 1),
        ("customers", "2025-Q2", "", 0),
        ("customers", "2025-Q3", "m1", 1),
    ],
    "referrals.seed": _year(4, 1, 1, 2),
    "referral_rate": _year(100 * 2 / 6, 100 * 2 / 4, 0, 0),
    "referral_conversion": _year(1 / 2, 1 / 2, None, None),
    "referral_value": _year(30, 30, 0, 0),
    "leads_handed": _quarter(13, 8, 5, 0, 0),
    "lead_rate": _quarter(12 / 5, 7 / 3, 5 / 2, None, None),
    "qualified_share": _quarter(7 / 11, 5 / 7, 2 / 4, None, None),
    "qualified_share.seed": _quarter(7 / 13, 5 / 8, 2 / 5, None, None),
    "qualified_share.low": _quarter(7 / 13, 5 / 8, 2 / 5, None, None),
    "qualified_share.high": _quarter(9 / 13, 6 / 8, 3 / 5, None, None),
    # The article's 50 qualified leads of 80 and of 200 calls.
    "qualifying_efficiency": _quarter(7 / 16, 0.625, 0.25, None, None),
    "handoff_acceptance": _quarter(7 / 11, 4 / 7, 3 / 4, None, None),
    "handoff_acceptance.low": _quarter(7 / 13, 4 / 8, 3 / 5, None, None),
    "handoff_acceptance.high": _quarter(9 / 13, 5 / 8, 4 / 5, None, None),
    "handoff_win_rate": _quarter(3 / 6, 2 / 3, 1 / 3, None, None),
    "closing_rate": [
        *_quarter(3 / 5, None, None, 2 / 3, 1 / 2),
        ("handoffs", "2026-01-01..2026-04-30", "e1", 2 / 4),
    ],
    "acceptance_rate": _quarter(7 / 11, None, None, 5 / 8, 2 / 3),
    "sdr_coaching": _quarter(1 / 4, None, None, 1 / 2, 0 / 2),
    "sdr_sessions": _quarter(1, 0, 0, 1, 0),
}
