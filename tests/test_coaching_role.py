"""Both sides of a role: planted trades are named, small bases are not, and a role without data says so."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesanalysis.coaching import diagnose, role_diagnosis
from salesanalysis.coaching.role import TRADE, VERDICTS, for_group
from salesanalysis.core.client import Client
from salesanalysis.data import load
from salesanalysis.prose import DETAILS, explain

AS_OF = date(2026, 9, 30)


def handing(volume: float = 1.0, taken: float = 0.7, *, sdrs: int = 5, seed: int = 0):
    """SDRs of half a year: 150 leads each of which AEs accept .7; the first hands `volume` times as many."""
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(sdrs)]
    reps = [(n, n, "SDR", "2024-01-01") for n in names] + [("a0", "a0", "AE", "2024-01-01")]
    days = pd.bdate_range("2026-01-05", "2026-06-30")
    rows = []
    for i, name in enumerate(names):
        count = rng.poisson(150 * (volume if i == 0 else 1.0))
        for day in rng.choice(days, count):
            said = "accepted" if rng.random() < (taken if i == 0 else 0.7) else "rejected"
            rows.append((f"l{len(rows)}", name, day, day, "a0", said))
    leads = pd.DataFrame(
        rows, columns=["lead_id", "rep_id", "created_on", "handed_on", "handed_to", "decision"]
    )
    sold = {"opportunity_id": ["o1"], "rep_id": ["a0"], "created_on": ["2026-01-05"], "outcome": ["open"]}
    people = pd.DataFrame(reps, columns=["rep_id", "name", "role", "hired_on"])
    return load({"reps": people, "leads": leads, "opportunities": pd.DataFrame(sold)}, Client(as_of=AS_OF))


def test_much_handed_over_of_which_little_is_taken_is_a_trade():
    found = role_diagnosis(handing(2.5, 0.4), "2026", "s0")
    assert (found.role, found.verdict, found.peers) == ("sdr", "trade", 4)
    assert dict(zip(found.table["term"], found.table["verdict"])) == {
        "leads_handed": "above",
        "handoff_acceptance": "below",
    }
    row = found.row("handoff_acceptance")
    assert row["value"] < row["estimate"] < row["benchmark"]
    other = role_diagnosis(handing(2.5, 0.4), "2026", "s1")
    assert other.verdict != "trade"


def test_equals_are_rarely_told_apart():
    told = [role_diagnosis(handing(seed=s), "2026", "s0").verdict for s in range(8)]
    assert sum(v != "not_enough_evidence" for v in told) <= 1


def test_few_leads_and_few_peers_claim_nothing():
    few = role_diagnosis(handing(0.3, 0.2), "2026", "s0")
    assert few.row("handoff_acceptance")["verdict"] == "too_few"
    alone = role_diagnosis(handing(2.5, 0.4, sdrs=2), "2026", "s0")
    assert alone.verdict == "no_peers" and set(alone.table["verdict"]) == {"no_peers"}
    assert for_group(alone, 3) is None


def test_the_sample_sdr_planted_to_hand_over_much_is_named(sample_crm):
    found = role_diagnosis(sample_crm, "2026", "Raka Pradana")
    assert found.verdict == "trade" and "role_all_tenures" in {n.code for n in found.notes}
    assert role_diagnosis(sample_crm, "2026", "Novi Safitri").verdict == "no_peers"
    ae = role_diagnosis(sample_crm, "2026-Q3", "Bagas Prakoso")
    assert ae.role == "ae" and set(ae.table["verdict"]) == {"too_few"}
    assert diagnose(sample_crm, "2026", "Raka Pradana").role.verdict == "trade"


def test_a_role_that_is_not_in_the_data_says_so(sample_crm):
    reps = pd.DataFrame({"rep_id": ["a", "b"], "name": ["A", "B"]})
    sold = {"opportunity_id": ["o1"], "rep_id": ["a"], "created_on": ["2026-01-05"], "outcome": ["open"]}
    crm = load({"reps": reps, "opportunities": pd.DataFrame(sold)}, Client(as_of=AS_OF))
    found = role_diagnosis(crm, "2026", "A")
    assert (found.role, found.verdict) == ("", "no_data")
    for language in ("en", "id"):
        assert all(explain(found, detail, language=language) for detail in DETAILS if detail != "source")
        assert len(explain(found, language=language).splitlines()) == 3


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_verdict_has_words(language):
    words = Client(language=language).words
    for verdict in VERDICTS:
        for key in [f"{verdict}_{role}" for role in TRADE] if verdict == "trade" else [verdict]:
            values = {"name": "X", "low": "A", "other": "B"}
            assert words.t(f"diagnosis.role_title_{key}", **values)
            assert words.t(f"diagnosis.role_verdict_{key}", **values)


@pytest.mark.parametrize("language", ["en", "id"])
def test_for_an_sdr_the_role_speaks_on_the_page(sample_crm, language):
    found = diagnose(sample_crm, "2026", "Raka Pradana")
    assert explain(found, "title", language=language) == explain(found.role, "title", language=language)
    assert explain(found, language=language) == explain(found.role, language=language)
    told = explain(found, "title", kind="cards", language=language)
    assert told == Client(language=language).words.t("diagnosis.cards_role")
    caller = diagnose(sample_crm, "2026-Q3", "Bagas Prakoso")
    assert explain(caller, "title") != explain(caller.role, "title")
