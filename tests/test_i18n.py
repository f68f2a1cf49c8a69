"""Languages: numbers, money and dates as each writes them; the same keys; no causal words."""

from __future__ import annotations

import re
import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.core import i18n
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.i18n import LANGUAGES, MINUS, MISSING, Language, catalogue
from salesanalysis.core.period import Period
from salesanalysis.core.result import Note, Word

EN, ID = Language("en", "USD"), Language("id", "IDR")
SUBJECTS = sorted(p.stem for p in (Path(i18n.__file__).parent.parent / "locale" / "en").glob("*.po"))
CAUSAL = re.compile(
    r"\b(caus(e|es|ed|ing|al|ally)|driv(e|es|en|er|ers|ing)|impact\w*|leads? to|due to|thanks to|"
    r"(me|di|pe)nyebab\w*|disebabkan|akibat\w*|mengakibatkan|mendorong|dampak\w*|berdampak|"
    r"pengaruh\w*|berpengaruh|mempengaruhi|memengaruhi)\b",
    re.IGNORECASE,
)
#: Sentences that name a cause only to say that a test is needed to know one.
SAY_THAT_A_TEST_IS_NEEDED = {
    "linkage.answer.test_needed",
    "linkage.limits.linked",
    "linkage.activity_page.answer.steady",
}


def plain(text: str) -> str:
    return text.replace(i18n.NBSP, " ")


def test_numbers_follow_the_language():
    assert EN.number(1234567.5, 1) == "1,234,567.5"
    assert ID.number(1234567.5, 1) == "1.234.567,5"
    assert EN.number(-3) == MINUS + "3"
    assert EN.number(3, sign=True) == "+3"
    assert EN.number(-0.0001, 1) == "0.0"
    assert EN.number(None) == EN.number(float("nan")) == EN.number(float("inf")) == MISSING
    assert plain(ID.percent(0.154)) == "15,4 %"
    assert plain(EN.p_value(0.0004)) == "< 0.001"
    assert EN.p_value(0.0314) == "0.031"


@pytest.mark.parametrize(
    ("value", "english", "indonesian"),
    [
        (950, "$ 950", "Rp 950"),
        (38e6, "$ 38 m", "Rp 38 jt"),
        (1_234_567, "$ 1.23 m", "Rp 1,23 jt"),
        (12_345_678, "$ 12.3 m", "Rp 12,3 jt"),
        (4.5e9, "$ 4.50 bn", "Rp 4,50 M"),
        (-2.5e12, f"$ {MINUS}2.50 tn", f"Rp {MINUS}2,50 T"),
        (None, MISSING, MISSING),
    ],
)
def test_money_has_three_digits_and_the_short_scale_of_the_language(value, english, indonesian):
    assert plain(EN.money(value)) == english
    assert plain(ID.money(value)) == indonesian


@given(st.floats(-1e14, 1e14))
def test_money_is_always_short(value):
    assert len(plain(ID.money(value))) <= 12
    assert "e" not in ID.money(value, unit=False)


def test_units_and_intervals():
    assert plain(EN.value(0.25, "share")) == "25.0 %"
    assert EN.value(12.3, "days") == "12"
    assert EN.value(3.25, "days") == "3.2"
    assert EN.value(1.234, "ratio") == "1.23"
    assert EN.interval(0.177, 0.341, "share") == "17.7–34.1"
    assert EN.interval(-0.1, 0.2, "ratio") == f"{MINUS}0.10 to 0.20"
    assert ID.interval(-0.1, 0.2, "ratio") == f"{MINUS}0,10 sampai 0,20"
    assert EN.interval(None, 1, "ratio") == MISSING


def test_dates_periods_and_lists():
    day = date(2026, 9, 30)
    assert plain(EN.date(day)) == "30 Sep 2026"
    assert plain(ID.date(date(2026, 8, 17))) == "17 Agu 2026"
    assert EN.date(None) == MISSING
    assert [plain(ID.period(Period.parse(t))) for t in ("2026", "2026-H2", "2026-Q3", "2026-07")] == [
        "2026",
        "Semester II 2026",
        "Triwulan III 2026",
        "Juli 2026",
    ]
    assert EN.period(Period.parse("2026-Q3")) == "Q3 2026"
    assert plain(EN.period(Period.parse("2026-07-01..2026-09-29"))) == "1 Jul 2026 – 29 Sep 2026"
    assert EN.listing(["a", "b", "c"]) == "a, b and c"
    assert ID.listing(["a", "b", "c"]) == "a, b, dan c"
    assert ID.listing(["a", "b"]) == "a dan b"


def test_unknown_languages_and_keys():
    with pytest.raises(InvalidInput, match=r"Unknown language 'fr'\. Known: en, id"):
        Language("fr")
    with pytest.raises(KeyError):
        EN.t("notes.nothing_of_the_kind")
    assert not EN.has("notes.nothing_of_the_kind")
    assert catalogue("en", "nothing_of_the_kind") == {}


def test_plurals_and_words_named_by_notes():
    note = Note("excluded", 1, {"table": Word("readiness.table.leads"), "reason": "x"})
    assert note.text(EN) == "1 row of leads left out: x."
    assert (
        Note("excluded", 1200, {"table": "leads", "reason": "x"}).text(EN)
        == "1,200 rows of leads left out: x."
    )
    assert note.text(ID) == "1 baris prospek tidak dipakai: x."


def _texts(language: str, subject: str) -> dict[str, tuple[str, ...]]:
    messages = catalogue(language, subject)
    return {key: text if isinstance(text, tuple) else (text,) for key, text in messages.items()}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_language_has_the_same_keys_and_the_same_places_to_fill(subject):
    english = _texts("en", subject)
    for language in LANGUAGES:
        other = _texts(language, subject)
        assert set(other) == set(english)
        for key, texts in other.items():
            assert all(texts), f"{key} has no sentence in {language}"
            wanted = {
                name for text in english[key] for _, name, _, _ in string.Formatter().parse(text) if name
            }
            found = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
            assert found == wanted, f"{key} in {language} fills {found}, English fills {wanted}"


#: The one subject whose findings come from a randomised test, and may name a cause.
OF_RANDOMISED_TESTS = "experiment"


@pytest.mark.parametrize("subject", [s for s in SUBJECTS if s != OF_RANDOMISED_TESTS])
def test_no_sentence_claims_a_cause(subject):
    for language in LANGUAGES:
        for key, texts in _texts(language, subject).items():
            for text in texts:
                if key in SAY_THAT_A_TEST_IS_NEEDED:
                    assert re.search(r"\b(test|uji)\b", text, re.IGNORECASE), f"{key} ({language}): {text}"
                else:
                    assert not CAUSAL.search(text), f"{key} ({language}): {text}"
