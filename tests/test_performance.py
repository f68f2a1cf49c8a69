"""Closed opportunities: published values, planted differences and reversals found, silence elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import tiny

import salesanalysis as sa
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.data import load
from salesanalysis.performance.cells import cells
from salesanalysis.performance.market import markets
from salesanalysis.performance.reversal import reversals, strata
from salesanalysis.performance.rhythm import quarter_end, start
from salesanalysis.performance.together import adjusted
from salesanalysis.stats.median import medians
from salesanalysis.stats.spread import against_rest, design_effect, shares_spread
from salesanalysis.stats.standard import standardised_pairs

DIMS = ("product", "segment", "source")


def closed_cases(seed: int, *, n: int = 900, low: float = 0.0, follows: float = 0.0) -> pd.DataFrame:
    """Closed opportunities of 12 reps; p1 wins `low` less, rates follow the segment by `follows`."""
    rng = np.random.default_rng(seed)
    product, segment, rep = rng.integers(0, 5, n), rng.integers(0, 3, n), rng.integers(0, 12, n)
    chance = 0.4 - low * (product == 1) + follows * (segment - 1)
    created = pd.Timestamp("2026-01-05") + pd.to_timedelta(rng.integers(0, 200, n), unit="D")
    return pd.DataFrame(
        {
            "rep_id": [f"r{i}" for i in rep],
            "account_id": [f"a{i}" for i in rng.integers(0, 200, n)],
            "is_won": rng.random(n) < chance,
            "amount": 100.0,
            "created_on": created,
            "closed_on": created + pd.to_timedelta(rng.integers(5, 80, n), unit="D"),
            "product": [f"p{i}" for i in product],
            "segment": [f"s{i}" for i in segment],
            "source": [f"o{i}" for i in rng.integers(0, 3, n)],
        }
    )


def stones() -> pd.DataFrame:
    """Kidney stones (Charig 1986): surgery does better with small and with large stones, not together."""
    counts = [("surgery", "small", 81, 87), ("surgery", "large", 192, 263)]
    counts += [("puncture", "small", 234, 270), ("puncture", "large", 55, 80)]
    rows = [(t, s, i < k) for t, s, k, n in counts for i in range(n)]
    frame = pd.DataFrame(rows, columns=["product", "segment", "is_won"])
    return frame.assign(rep_id="r1", account_id="a1")


def test_kidney_stones_turn_when_both_have_the_same_mix():
    found = standardised_pairs([[81, 192], [234, 55]], [[87, 263], [270, 80]])
    assert found.raw[0] == pytest.approx(273 / 350 - 289 / 350)
    # Julious and Mullee (1994) print 83.3 % and 77.9 %.
    assert found.share_first[0] == pytest.approx(0.8325, abs=1e-4)
    assert found.share_second[0] == pytest.approx(0.7789, abs=1e-4)
    assert found.mix[0] == pytest.approx(found.raw[0] - found.within[0])
    assert (found.opposed[0], found.strata[0], found.covered[0]) == (2, 2, 1.0)


def test_the_reversal_is_said_of_the_stones_and_not_as_a_certain_better():
    frame = stones()
    found = reversals(frame, ("product", "segment"), Client())
    row = found[found["term"] == "product"].iloc[0]
    assert (row["group"], row["against"], row["stratum"]) == ("puncture", "surgery", "segment")
    assert row["verdict"] == "turns" and row["within_low"] < 0 < row["within_high"]
    assert row["value"] > row["reference"] and row["standard_group"] < row["standard_against"]
    assert row["mix_low"] > 0 and row["opposed"] == 2
    assert set(strata(frame, found)["level"]) == {"small", "large"}


def test_the_same_mix_leaves_nothing_to_standardise():
    found = standardised_pairs([[30, 10], [60, 20]], [[50, 50], [100, 100]])
    assert found.mix[0] == pytest.approx(0, abs=1e-12) and np.isnan(found.p_mix[0])
    assert found.mantel_haenszel[0] == pytest.approx(found.raw[0])


def test_spread_is_pearsons_chi_square():
    # R: chisq.test(matrix(c(30, 20, 10, 40), 2), correct = FALSE): X-squared 16.667, p 4.456e-05.
    assert shares_spread([30, 10], [50, 50]) == pytest.approx(4.456e-05, rel=1e-3)
    assert np.isnan(shares_spread([0, 0], [5, 5]))


def test_cells_against_the_rest_are_exact_where_cases_are_few():
    # Hypergeometric: 4 of 4 won among 8 won of 20; mid-p is half the chance of what was seen, twice.
    _, _, p = against_rest([4, 4], [4, 16])
    assert p[0] == pytest.approx(70 / 4845, rel=1e-6)


def test_cases_of_one_rep_count_less():
    assert design_effect([1] * 40 + [0] * 40, ["a"] * 80, np.repeat(range(8), 10), least=7)[0] > 5
    rng = np.random.default_rng(0)
    effect, _ = design_effect(rng.random(4000) < 0.4, ["a"] * 4000, rng.integers(0, 40, 4000))
    assert effect < 1.7


def test_medians_by_order_statistics():
    found = medians([*range(1, 11), 3, 5], ["a"] * 10 + ["b"] * 2)
    assert found.loc["a"].tolist() == [5.5, 2.0, 9.0, 10.0]
    assert found.loc["b", "estimate"] == 4 and np.isnan(found.loc["b", "conf_low"])


def test_a_product_that_wins_less_is_found_raw_and_adjusted():
    frame = closed_cases(1, n=1500, low=0.2)
    found = cells(frame, DIMS, Client())
    told = found.table[found.table["verdict"].isin(["higher", "lower"])]
    assert told.iloc[told["difference"].argmin()][["term", "group", "verdict"]].tolist() == [
        "product",
        "p1",
        "lower",
    ]
    assert found.dimensions.set_index("term").loc["product", "verdict"] == "differs"
    together = adjusted(frame, DIMS, Client())
    row = together[(together["outcome"] == "win") & (together["group"] == "p1")].iloc[0]
    assert row["verdict"] == "lower" and row["conf_low"] < -0.16 < row["conf_high"]


@pytest.mark.slow
def test_silence_where_nothing_differs():
    client, loud, turned = Client(), 0, 0
    for seed in range(12):
        frame = closed_cases(seed, n=600)
        loud += cells(frame, DIMS, client).table["verdict"].isin(["higher", "lower"]).any()
        turned += len(reversals(frame, DIMS, client)) > 0
    assert loud <= 2 and turned <= 2


def test_an_order_that_only_the_mix_makes_is_pointed_out():
    frame = closed_cases(3, n=3000, follows=0.25)
    rng = np.random.default_rng(0)
    easy, hard = (frame["product"] == p for p in ("p1", "p2"))
    draw = rng.random(len(frame))
    frame["segment"] = np.where(
        easy & (draw < 0.8), "s2", np.where(hard & (draw < 0.8), "s0", frame["segment"])
    )
    level = frame["segment"].str[1:].astype(int)
    frame["is_won"] = rng.random(len(frame)) < 0.4 + 0.25 * (level - 1) + 0.1 * hard
    found = reversals(frame, DIMS, Client())
    first = found[(found["term"] == "product") & (found["stratum"] == "segment")].iloc[0]
    assert (first["group"], first["against"], first["verdict"]) == ("p1", "p2", "reversed")


def test_small_cells_are_masked_and_counted():
    frame = closed_cases(0, n=200)
    frame.loc[:2, "product"] = "rare"
    frame.loc[3:12, "product"] = "few"
    found = cells(frame, ("product",), Client()).table.set_index("group")
    assert found.loc["rare", "verdict"] == "masked" and np.isnan(found.loc["rare", ["wins", "value"]]).all()
    assert (found.loc["few", "verdict"], found.loc["few", "reason"]) == ("cannot_tell", "too_few")


def test_teams_inside_regions_are_not_held_against_them():
    frame = closed_cases(0).assign(region=lambda f: np.where(f["segment"] == "s0", "W", "E"))
    together = adjusted(frame, ("region", "segment"), Client())
    assert set(together.loc[together["reason"] == "inside", "term"]) == {"segment"}
    assert (together.loc[together["term"] == "segment", "verdict"] == "cannot_tell").all()


def test_by_hand():
    found = sa.performance_analysis(tiny.crm(minimum_group=3), "2026-04-01..2026-09-30")
    assert (found.n, found.wins, found.won_value) == (8, 4, 300e6)
    rows = found.of("product").set_index("group")
    assert rows["n"].to_dict() == {"basic": 4, "plus": 4}
    assert rows["wins"].to_dict() == {"basic": 2, "plus": 2}
    assert rows.loc["plus", "cycle"] == 30 and rows.loc["basic", "size"] == 75e6
    assert found.overall[0] == 0.5
    with pytest.raises(UnknownName, match="product"):
        sa.performance_analysis(tiny.crm(), "2026-Q3", dimensions="prodct")


def company(rows: list[tuple[str, str, str, str]], accounts: dict[str, str], as_of: str):
    """Return a company of one rep from (account, created, closed, outcome) and the market of each account."""
    deals = pd.DataFrame(rows, columns=["account_id", "created_on", "closed_on", "outcome"])
    deals = deals.assign(opportunity_id=[f"o{i}" for i in range(len(deals))], rep_id="r1", amount="10")
    tables = {
        "reps": pd.DataFrame({"rep_id": ["r1"], "name": ["Ani"]}),
        "accounts": pd.DataFrame(accounts.items(), columns=["account_id", "region"]).assign(name="PT"),
        "opportunities": deals,
    }
    return load(tables, Client(as_of=date.fromisoformat(as_of)))


def test_a_market_little_worked_is_told_from_one_that_wins_less():
    accounts = {f"{m}{i}": m for m in ("worked", "idle", "hard") for i in range(100)}
    rows = []
    for market, active, won in (("worked", 80, 40), ("idle", 15, 8), ("hard", 80, 8)):
        for i in range(active):
            rows.append((f"{market}{i}", "2026-07-05", "2026-08-10", "won" if i < won else "lost"))
    crm = company(rows, accounts, "2026-09-30")
    found = markets(crm, crm.period("2026-Q3")).set_index("group")
    assert found["verdict"].to_dict() == {"worked": "not_low", "idle": "little_worked", "hard": "wins_less"}
    assert found.loc["idle", ["worked", "bought"]].tolist() == [0.15, 0.08]


def test_wins_that_bunch_at_quarter_ends_and_a_start_that_is_cut_short():
    days = pd.date_range("2025-07-01", "2026-09-30", freq="D")
    late = days.is_quarter_end | ((days + pd.Timedelta(days=10)).quarter != days.quarter)
    rows = []
    for i, day in enumerate(days):
        for j in range(6 if late[i] else 1):
            rows.append(("a", str(day.date() - pd.Timedelta(days=20 + j)), str(day.date()), "won"))
    rows = [(a, c[:10], d, o) for a, c, d, o in rows]
    rows += [("a", "2025-03-01", "2025-09-02", "won")] * 20
    crm = company(rows, {"a": "x"}, "2026-09-30")
    quarters, months = quarter_end(crm, crm.period("2026-Q3"))
    assert quarters["verdict"].iloc[-1] == "late" and quarters["share"].iloc[-1] > 0.4
    assert months["month"].tolist() == [1, 2, 3]
    begun = start(crm)
    assert begun.verdict == "truncated" and begun.closed_on == date(2025, 7, 1) and begun.expected == 20


def test_editions_and_words(sample_crm):
    found = sa.performance_analysis(sample_crm, "2026-Q3")
    assert len(sa.explain(found).splitlines()) == 3
    least = replace(sample_crm, client=replace(sample_crm.client, minimum_group=10))
    hidden = sa.edition(found, least, "client")
    assert "team" not in hidden.by and not hidden.table["term"].eq("team").any()
    with pytest.raises(InvalidInput, match="minimum_group"):
        sa.edition(replace(found, team="Jakarta 1"), least, "client")
    turned = reversals(stones(), ("product", "segment"), Client())
    told = replace(found, reversals=turned, strata=strata(stones(), turned))
    for language in ("en", "id"):
        text = sa.explain(told, "title", kind="simpson", language=language)
        assert "puncture" in text and "surgery" in text
    assert len(sa.drawing(told, "simpson").data) == 4
