"""Words of linkage results: every mix of verdicts, both languages, three sentences, no causal verbs."""

import re
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest
import tiny
from simulate import simulate

from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.i18n import LANGUAGES, catalogue
from salesanalysis.data import load
from salesanalysis.linkage import VERDICTS, LinkageResult, correlate, link, without_reps
from salesanalysis.linkage.association import COLUMNS
from salesanalysis.linkage.labels import activity_label, reason_label, verdict_label
from salesanalysis.prose import DETAILS, explain

CAUSAL = re.compile(
    r"\b(caus\w*|driv\w*|impact\w*|menyebabkan|disebabkan|dampak\w*|\w*pengaruh\w*)\b", re.IGNORECASE
)
TEST_NEEDED = re.compile(r"\b(test|uji coba)\b", re.IGNORECASE)
REASONS = {
    "linked": ("", "slows_after_wins"),
    "linked_negative": ("",),
    "no_link_found": ("",),
    "undecided": ("one_rep", "lead_not_tested", "one_of_many", "wide_interval"),
    "reacts_to_results": ("declared", "lead_positive", "lead_negative", "goes_with_losses"),
    "not_enough_data": ("few_reps", "small_effects_hidden", "collinear"),
}


def made(verdicts, **fields):
    """A result with these verdicts, numbers to match."""
    names = [
        "calls",
        "meetings",
        "emails",
        "voicemails",
        "internal_meetings",
        "admin",
        "followups",
        "demo_visit",
    ]
    table = pd.DataFrame(np.nan, index=range(len(verdicts)), columns=list(COLUMNS)).astype(object)
    for i, verdict in enumerate(verdicts):
        sign = -1 if verdict == "linked_negative" else 1
        numbers = {
            "estimate": 0.4 * sign,
            "conf_low": 0.4 * sign - 0.3,
            "conf_high": 0.4 * sign + 0.3,
            "mde": 0.4,
        }
        numbers |= {
            "lead_estimate": 0.1,
            "lead_low": -0.1,
            "lead_high": 0.3,
            "lead_p": 0.3,
            "lead_p_adjusted": 0.4,
        }
        numbers |= {
            "loo_low": 0.3 * sign,
            "loo_high": 0.5 * sign,
            "n": 900,
            "reps": 12,
            "weeks": 70,
            "wins": 800,
        }
        numbers |= {
            "term": names[i % 8],
            "verdict": verdict,
            "reason": REASONS[verdict][i % len(REASONS[verdict])],
        }
        for key, value in numbers.items():
            table.loc[i, key] = value
    table = table.infer_objects()
    reps = pd.DataFrame({"rep_id": ["r1", "r2"], "name": ["Ani", "Budi"], "key": 0})
    left_out = table[["term"]].assign(key=0).merge(reps, on="key").drop(columns="key")
    left_out["estimate"] = np.linspace(0.3, 0.5, len(left_out))
    simple = table[["term"]].assign(estimate=0.3, conf_low=0.2, conf_high=0.4, p_value=0.001, n=900)
    values = {"method": "linkage.link", "n": 900, "client": Client(), "reps": 12, "weeks": 70, "wins": 800}
    values |= {"family": tuple(table["term"]), "leave_one_out": left_out, "correlations": simple}
    return LinkageResult(table=table, **(values | fields))


def empty(reason, **fields):
    values = {"method": "linkage.link", "n": 0, "client": Client(), "reason": reason}
    return LinkageResult(table=pd.DataFrame(columns=list(COLUMNS)), **(values | fields))


def check(text):
    assert text and "{" not in text and "nan" not in text.lower().split()
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        assert not CAUSAL.search(sentence) or TEST_NEEDED.search(sentence), sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("basis", ["rep_week", "opportunity_week"])
def test_every_combination_of_verdicts_has_words(language, basis):
    combinations = [[v for v, on in zip(VERDICTS, chosen) if on] for chosen in product((0, 1), repeat=6)]
    combinations += [[v] * n for v in VERDICTS for n in (2, 3, 8)]
    for verdicts in combinations:
        if not verdicts:
            continue
        result = made(verdicts, basis=basis)
        for kind, detail in product(("", "verdicts", "naive", "limits"), DETAILS):
            check(explain(result, detail, kind=kind, language=language))
        assert len(explain(result, "answer", language=language).split("\n")) == 3
        assert explain(result, "answer", language=language).count("**") >= 4
        title = explain(result, "title", language=language)
        assert len(title) <= 62 and not title.endswith("."), title


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_sentences_mean_three(language):
    for verdicts in (
        ["linked"],
        ["no_link_found"] * 3,
        ["undecided"] * 2,
        list(VERDICTS),
        ["not_enough_data"] * 4,
    ):
        for line in explain(made(verdicts), language=language).split("\n"):
            assert line.endswith(".") and len(re.findall(r"[.!?](?:\s|$)", line)) == 1, line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("basis", ["rep_week", "opportunity_week"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_activity_has_words(language, basis, verdict):
    for reason in REASONS[verdict]:
        result = made([verdict], basis=basis)
        result.table["reason"] = reason
        one = result.activity("calls")
        for kind, detail in product(("", "lead_test", "leave_one_out"), DETAILS):
            if detail != "method":
                check(explain(one, detail, kind=kind, language=language))
        assert len(explain(one, language=language).split("\n")) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_activity_without_an_estimate_has_words(language):
    result = made(["not_enough_data"])
    for column in result.table.columns.difference(
        ["term", "verdict", "reason", "n", "reps", "weeks", "wins"]
    ):
        result.table[column] = np.nan
    result.leave_one_out["estimate"] = np.nan
    one = result.activity("calls")
    for kind, detail in product(("", "lead_test", "leave_one_out"), DETAILS):
        if detail != "method":
            check(explain(one, detail, kind=kind, language=language))
    for kind, detail in product(("", "verdicts", "naive"), DETAILS):
        check(explain(result, detail, kind=kind, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason",
    ["no_activities", "no_close_dates", "no_wins", "short_history", "no_opportunity_ids", "no_created_dates"],
)
def test_data_that_cannot_tell_says_so_and_which_export_would(language, reason):
    result = empty(reason)
    answer = explain(result, language=language)
    assert reason_label(replace(Client(), language=language).words, reason) in answer
    assert len(answer.split("\n")) == 3
    for kind, detail in product(("", "verdicts", "naive", "limits"), DETAILS):
        check(explain(result, detail, kind=kind, language=language))
    assert "export" in answer.lower() or "ekspor" in answer.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_correlations_describe_and_decide_nothing(language):
    nothing = correlate(load({k: v for k, v in tiny.tables().items() if k != "activities"}, as_of=tiny.AS_OF))
    for result in (correlate(panel("null_real", "S")), nothing):
        for detail in DETAILS:
            check(explain(result, detail, language=language))
        assert len(explain(result, language=language).split("\n")) == 3


@cache
def panel(preset, size):
    return simulate(preset, size, 0).frame


def test_words_hold_the_numbers_of_the_table():
    result = link(panel("mixed", "L"))
    answer = explain(result)
    calls = result.table.set_index("term").loc["calls", "estimate"]
    assert f"+{100 * (1.1**calls - 1):.1f}" in answer
    assert "**" not in explain(result, "title") and "Calls and meetings" in explain(result, "title")
    assert "3,137 wins" in explain(result, "source") and "30 reps" in explain(result, "source")


def test_names_of_reps_can_be_left_out():
    result = made(["undecided"])
    result.table["reason"] = "one_rep"
    assert "Ani" in explain(result.activity("calls"), "title", kind="leave_one_out")
    hidden = without_reps(result).activity("calls")
    assert "Ani" not in explain(hidden, "title", kind="leave_one_out")


def test_unknown_kinds_get_one_message():
    result = made(["linked"])
    for one in (result, result.activity("calls")):
        with pytest.raises(InvalidInput, match="Unknown kind"):
            explain(one, "title", kind="nothing")


# Catalogues ------------------------------------------------------------------------------------


def forms(value):
    return value if isinstance(value, tuple) else (value,)


def test_both_catalogues_have_the_same_keys_and_places():
    english, indonesian = (catalogue(language, "linkage") for language in ("en", "id"))
    assert set(english) == set(indonesian)
    for key in english:
        places = [set(re.findall(r"{(\w+)}", " ".join(forms(c[key])))) for c in (english, indonesian)]
        # A name may stand at the start of one language's sentence and inside the other's.
        assert {p.lower() for p in places[0]} == {p.lower() for p in places[1]}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_hold_no_causal_verb_outside_sentences_that_ask_for_a_test(language):
    for key, value in catalogue(language, "linkage").items():
        for form in forms(value):
            for sentence in re.split(r"(?<=[.!?])\s+", form):
                assert not CAUSAL.search(sentence) or TEST_NEEDED.search(sentence), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_and_reason_of_the_code_has_words(language):
    words = replace(Client(), language=language).words
    assert all(verdict_label(words, verdict) for verdict in VERDICTS)
    codes = {code for group in REASONS.values() for code in group if code}
    codes |= {
        "few_weeks",
        "few_wins",
        "no_wins",
        "no_variation",
        "separated",
        "one_cluster",
        "no_convergence",
    }
    assert all(reason_label(words, code) for code in codes | {"saturated"})


def test_names_of_activities():
    words = Client().words
    assert activity_label(words, "followups") == "Follow-ups"
    assert activity_label(words, "site_visit", capital=False) == "site visit"
