"""KPIs of contracts, customers, referrals and roles have the values worked out by hand."""

from __future__ import annotations

import math
from functools import cache

import pytest
import tiny
from kpi_values_customers import VALUES

from salesanalysis.kpi import KPIS, panel


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
