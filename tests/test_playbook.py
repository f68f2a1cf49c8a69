"""The playbook: each KPI that can be coached has an entry; clients change what they name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from coaching_cases import CASES, basis, diagnosis

from salesanalysis.coaching import playbook
from salesanalysis.coaching.chain import CLOSED, RATES, SIZE, STEPS
from salesanalysis.coaching.decompose import decompose_basis
from salesanalysis.coaching.diagnose import findings, gated
from salesanalysis.coaching.limits import limits_basis
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.i18n import LANGUAGES
from salesanalysis.core.playbook import KINDS, entry_for, read
from salesanalysis.kpi import KPIS
from salesanalysis.passport.qualify import CANDIDATES
from salesanalysis.prose import coaching_cards

COACHABLE = [kpi.name for kpi in KPIS.values() if kpi.role in CANDIDATES]
#: Results that a role answers for although reps cannot steer by them day by day.
ROLES = ["win_rate", "closing_rate", "customer_retention", "upsell_rate", "net_revenue_retention"]


@pytest.mark.parametrize("name", [*COACHABLE, *ROLES, *STEPS, *RATES.values(), SIZE, CLOSED])
def test_every_kpi_that_can_be_coached_has_an_entry(name):
    assert entry_for(name) is not None


@pytest.mark.parametrize("entry", read().values(), ids=lambda e: e.key)
def test_an_entry_fits_a_card_and_names_what_could_be_behind_a_miss(entry):
    assert list(entry.words) == list(LANGUAGES)
    for words in entry.words.values():
        assert len(words.heading) <= 26
        assert all(len(text) <= 125 for text in (words.lever, words.exercise))
        assert all(q.endswith("?") for q in words.questions)
        assert words.exercise
        kinds = {w.kind for w in words.weaknesses}
        assert {"activity", "behaviour"} <= kinds <= set(KINDS)
        assert all(len(w.what) <= 60 and len(w.tell) <= 60 for w in words.weaknesses)
    kinds = [[w.kind for w in words.weaknesses] for words in entry.words.values()]
    assert kinds[0] == kinds[1]


def test_no_name_stands_in_two_entries():
    names = [name for entry in read().values() for name in entry.factors]
    assert len(names) == len(set(names))


def own(folder, text: str) -> Client:
    (folder / "playbook.toml").write_text(text, encoding="utf-8")
    (folder / "client.toml").write_text('name = "X"\n', encoding="utf-8")
    return Client.read(folder)


def test_a_client_changes_only_what_it_names(tmp_path):
    book = playbook(own(tmp_path, "[win.id]\nheading = 'Tutup dengan tanggal'\n"))
    assert book["win"].words["id"].heading == "Tutup dengan tanggal"
    assert book["win"].words["id"].questions == read()["win"].words["id"].questions
    assert book["win"].words["en"] == read()["win"].words["en"]
    assert set(book) == set(read())


def test_a_clients_own_entry_comes_before_the_packaged_one(tmp_path):
    lines = ["heading = 'h'", "lever = 'l'", "watch = 'w'", "questions = ['a?', 'b?', 'c?']"]
    text = "[cold_calls]\nfactors = ['calls']\nobserve = 3\n"
    text += "".join(f"[cold_calls.{code}]\n" + "\n".join(lines) + "\n" for code in LANGUAGES)
    book = playbook(own(tmp_path, text))
    assert entry_for("calls", book).key == "cold_calls"
    assert entry_for("win_rate", book).key == "win"
    assert book["cold_calls"].words["en"].weaknesses == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[wim.id]\nheading = 'x'\n",
            r"\[wim\] of playbook.toml lacks factors, observe, en.*Did you mean win",
        ),
        ("[win.id]\nheadin = 'x'\n", "Unknown key 'headin'.*Did you mean heading"),
        ("[win]\nfactors = ['win_rat']\n", "'win_rat' in the factors of .win. .* Did you mean win_rate"),
        ("[win.id]\nquestions = ['a?']\n", "has 1 questions; write exactly 3"),
        ("[win.id]\nweaknesses = [{ kind = 'activty', what = 'a', tell = 'b' }]\n", "Did you mean activity"),
        ("[win.id]\nweaknesses = [{ kind = 'activity', what = 'a' }]\n", "weakness 1 of .win.id. lacks tell"),
        ("[win.id]\nweaknesses = 'a'\n", "'weaknesses' in .win.id. must be a list"),
        ("[win.id]\nexercise = ''\n", "'exercise' in .win.id. must be text"),
        ("win = 3\n", r"\[win\] of playbook.toml must be a table"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, text, message):
    with pytest.raises(InvalidInput, match=message):
        playbook(own(tmp_path, text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_entry_the_finding_stays_and_says_what_is_missing(tmp_path, language):
    base = basis(language=language, spread=0.03, **CASES["one_certain"])
    client = replace(own(tmp_path, "[call_volume]\nfactors = ['tasks_done']\n"), language=language)
    base = replace(base, crm=replace(base.crm, client=client))
    limits = limits_basis(base)
    found, _ = findings(base, gated(decompose_basis(base), limits))
    assert (found[0].term, found[0].behaviour, found[0].is_certain) == ("calls", "", True)
    whole = replace(diagnosis("one_certain", language), client=client, findings=found)
    card = coaching_cards.cards(whole)[0]
    assert 'factors = ["calls"]' in card.why
    assert len(card.questions) == 3
    assert coaching_cards.agreement(whole)[0] == card.heading
