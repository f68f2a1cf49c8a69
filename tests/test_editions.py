"""Editions: a rep reads the own numbers beside a group, and nothing of any single colleague."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pandas as pd
import pypdf
import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.core.edition import check_edition, hide
from salesanalysis.core.errors import InvalidInput, UnknownName
from salesanalysis.report import files, kernel, run

PERIOD = "2026-Q3"
#: Somebody with a finding and a suggested coach, an SDR, a new hire.
READERS = ("Bagas Prakoso", "Tasya Ramadhani", "Galih Saputro")


@pytest.fixture(scope="module")
def crm(sample_crm):
    return sample_crm


@pytest.fixture(scope="module")
def diagnosis(crm):
    return sa.diagnose(crm, PERIOD, "Bagas Prakoso")


@pytest.fixture(scope="module")
def packs(tmp_path_factory):
    """What a rep gets, of three reps, one of them in the other language."""
    kernel.register()
    folder = tmp_path_factory.mktemp("editions")
    common = {"client": "sample", "period": PERIOD, "edition": "rep"}
    values = [{**common, "rep": name, "language": "en"} for name in READERS]
    values[0]["language"] = "id"
    return {
        one["rep"]: run.run_report("coaching", one, out=folder, engine=kernel.NAME).files for one in values
    }


def told(paths: tuple[Path, ...]) -> dict[str, str]:
    """Everything that can be read out of the files of a report, metadata included."""
    texts = {}
    for path in paths:
        if path.suffix == ".pdf":
            pdf = pypdf.PdfReader(path)
            pages = " ".join(" ".join(sheet.extract_text().split()) for sheet in pdf.pages)
            texts[path.name] = f"{pages} {dict(pdf.metadata)} {pdf.xmp_metadata and pdf.xmp_metadata.stream}"
        elif path.suffix == ".ipynb":
            texts[path.name] = " ".join(strings(json.loads(path.read_text("utf-8"))))
        else:
            texts[path.name] = html.unescape(path.read_text("utf-8"))
    return texts


def strings(value):
    """Every text in a JSON document, keys included, as it reads without escapes."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [html.unescape(value)] if isinstance(value, str) else []


# Names in free text ---------------------------------------------------------------------------


def test_a_name_is_hidden_as_a_whole_word_and_in_any_case():
    hiding = hide(["Ayu Kartika", "R18"], ["Bagas"], "a colleague")
    assert hiding("With AYU KARTIKA and Bagas, R18; R180 stays") == (
        "With a colleague and Bagas, a colleague; R180 stays"
    )


def test_the_readers_own_name_stays_although_a_colleagues_is_part_of_it():
    assert hide(["Ayu"], ["Ayu Kartika"], "x")("Ayu Kartika and Ayu") == "Ayu Kartika and x"


def test_nothing_to_hide_changes_nothing():
    assert hide(["", " "], [], "x")("Ayu") == "Ayu"


@given(
    names=st.lists(st.text("abcXY .*+?[](){}|\\^$é王", min_size=1, max_size=8), max_size=5),
    text=st.text("abcXY .*+?[](){}|\\^$é王,;", max_size=60),
)
def test_no_hidden_name_is_left_as_a_word(names, text):
    left = hide(names, [], "#")(text)
    for name in {n.strip() for n in names} - {""}:
        assert not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", left, re.IGNORECASE) or "#" in name


# What an edition holds ------------------------------------------------------------------------


def test_an_unknown_edition_is_refused_with_the_close_one():
    with pytest.raises(UnknownName, match="manager"):
        check_edition("manger")


def test_a_diagnosis_has_no_client_edition(crm, diagnosis):
    with pytest.raises(InvalidInput, match="no client edition; it has: manager, rep"):
        sa.edition(diagnosis, crm, "client")


def test_the_managers_edition_is_the_result_itself(crm, diagnosis):
    assert sa.edition(diagnosis, crm) is diagnosis


def test_the_reps_edition_holds_no_other_row(crm, diagnosis):
    own = sa.edition(diagnosis, crm, "rep")
    assert set(own.limits.table["rep_id"]) == {"R02"}
    assert set(own.scorecard.table["rep_id"]) == {"R02"}
    assert [f.coach for f in own.findings] == [""] * len(diagnosis.findings)
    assert all(f.coach_value != f.coach_value for f in own.findings)
    # Everything of the rep's own stays to the digit.
    pd.testing.assert_frame_equal(own.decomposition.table, diagnosis.decomposition.table)
    assert own.limits.verdict("calls") == diagnosis.limits.verdict("calls") == "below"


def test_the_span_drawn_does_not_show_the_largest_and_smallest_colleague(crm, diagnosis):
    own = sa.edition(diagnosis, crm, "rep").limits
    for term, part in own.curves.groupby("term"):
        base = float(own.subject.set_index("term").loc[term, "base"])
        assert part["base"].min() >= 0.4 * base - 1 and part["base"].max() <= 1.6 * base + 1


def test_a_group_smaller_than_the_least_is_no_group(crm):
    from dataclasses import replace

    strict = replace(crm, client=replace(crm.client, minimum_group=40, language="en"))
    found = sa.diagnose(strict, PERIOD, "Bagas Prakoso")
    own = sa.edition(found, strict, "rep")
    assert found.findings and not own.findings
    assert own.status == "small_group" and own.decomposition.table.empty and own.limits.table.empty
    assert own.scorecard.table["peer_estimate"].isna().all()
    assert "too small to show" in sa.explain(own, "answer")
    assert own.scorecard.table["attainment"].notna().any()


def test_an_edition_can_be_drawn_and_told(crm, diagnosis):
    own = sa.edition(diagnosis, crm, "rep")
    assert "<svg" in sa.drawing(own.limits, "limits").svg
    assert "rata-rata 20 rekan" in sa.explain(own.limits, "subtitle")
    assert "manajer" in " ".join(text for _, text in _cards(own)[0].fields).casefold()


def _cards(result):
    from salesanalysis.prose.coaching_cards import cards

    return cards(result)


# What a rep gets ------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_no_artefact_of_a_reps_edition_names_anybody_else(crm, packs, reader):
    reps = crm.reps()
    other = reps[reps["name"] != reader]
    manager = set(reps.loc[reps["name"] == reader, "manager"])
    words = [*other["name"], *other["rep_id"], *other.get("email", pd.Series(dtype=str)).dropna()]
    for name, text in told(packs[reader]).items():
        found = [w for w in words if w not in manager and re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text)]
        assert not found, f"{name} tells of {found}"
        assert reader in text


def test_the_managers_pack_does_name_a_coach(crm, diagnosis):
    """Else the test above could not fail."""
    assert any(f.coach for f in diagnosis.findings)


def test_editions_have_files_of_their_own(packs):
    stems = {paths[0].stem for paths in packs.values()}
    assert all("-rep-edition-" in stem for stem in stems) and len(stems) == len(READERS)


# Names as a CRM can hold them -----------------------------------------------------------------

STRANGE = (
    "../../etc/passwd",
    'O\'Neil "<script>alert(1)</script>"',
    "🚀 Ani / Budi \\ 100 %",
    "محمد علي",
    "X" * 300,
)


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    """A company whose reps have such names, and who write them into notes about each other."""
    tables = tiny.tables()
    reps = tables["reps"].iloc[:1]
    more = [reps.assign(rep_id=f"s/{i}", name=name) for i, name in enumerate((*STRANGE, STRANGE[0]), 1)]
    last = reps.assign(rep_id="s.1", name=STRANGE[0])
    everybody = pd.concat([tables["reps"], *more, last], ignore_index=True)
    notes = tables["coaching"].iloc[:1]
    told_of = [
        notes.assign(
            session_id=f"n{i}", rep_id=f"s/{i}", action=f"call with {STRANGE[i % 5]}", note=STRANGE[1]
        )
        for i in range(1, 6)
    ]
    folder = tmp_path_factory.mktemp("strange") / "data"
    folder.mkdir()
    for name, table in {**tables, "reps": everybody, "coaching": pd.concat(told_of)}.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "client.toml").write_text(
        'name = "PT X"\nlanguage = "en"\ncountry = "ID"\nas_of = 2026-09-30\n', encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize("number", range(1, 6))
def test_strange_names_neither_break_out_nor_tell_of_others(strange, tmp_path, number):
    kernel.register()
    values = {"client": str(strange), "period": PERIOD, "rep": f"s/{number}", "edition": "rep"}
    done = run.run_report("coaching", values, out=tmp_path / "out", engine=kernel.NAME)
    assert {p.parent for p in done.files} == {tmp_path / "out"}
    assert all(p.is_file() and len(p.name) < 150 for p in done.files)
    texts = told(done.files)
    assert "<script>alert" not in done.files[1].read_text("utf-8")
    assert all("call with a colleague" in text for text in texts.values()), "the note was not there to hide"
    for name, text in texts.items():
        for i, other in enumerate(STRANGE, 1):
            if i != number and (number, i) != (1, 1):
                assert other not in text, f"{name} tells of {other}"


@pytest.mark.parametrize("report", ["goals", "coaching_team", "training_effect"])
@pytest.mark.parametrize("reader", ["manager", "client"])
def test_strange_names_do_not_break_out_of_a_teams_report(strange, tmp_path, report, reader):
    kernel.register()
    values = {"client": str(strange), "edition": reader} | (
        {"period": PERIOD} if report != "training_effect" else {}
    )
    done = run.run_report(report, values, out=tmp_path / "out", engine=kernel.NAME)
    assert "<script>alert" not in done.files[1].read_text("utf-8")
    assert {p.parent for p in done.files} == {tmp_path / "out"}
    if reader == "client":
        for name, text in told(done.files).items():
            assert not [n for n in STRANGE if n in text], name


def test_names_that_look_alike_do_not_collide(strange):
    crm = sa.load(strange)
    reps = crm.reps()
    names = [files.slug_of_rep(row, reps) for _, row in reps.iterrows()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[\w-]{1,140}", name) for name in names), names


# Without names -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    """What may be shown around the company, without names."""
    kernel.register()
    folder = tmp_path_factory.mktemp("client")
    common = {"client": "sample", "edition": "client", "language": "en"}
    asked = {"goals": {"period": PERIOD}, "coaching_team": {"period": PERIOD}, "training_effect": {}}
    return {
        name: run.run_report(name, common | more, out=folder, engine=kernel.NAME).files
        for name, more in asked.items()
    }


@pytest.mark.parametrize("report", ["goals", "coaching_team", "training_effect"])
def test_the_clients_edition_names_nobody(crm, sheets, report):
    reps = crm.reps()
    words = [*reps["name"], *reps["rep_id"], *reps["manager"].dropna().unique()]
    words += list(crm.frame("coaching")["coach"].dropna().unique())
    for name, text in told(sheets[report]).items():
        found = [w for w in words if re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text)]
        assert not found, f"{name} tells of {found}"


def test_what_was_agreed_stands_in_no_edition_for_others(crm, sheets):
    log = crm.frame("coaching")
    said = {t for c in ("action", "note") for t in log[c].dropna() if len(t) > 12}
    for paths in sheets.values():
        for name, text in told(paths).items():
            assert not [s for s in said if s in text], name


def test_people_stay_apart_and_small_teams_are_not_shown(crm):
    from salesanalysis.report.nameless import codes

    by_id = codes(crm)
    assert len(set(by_id.values())) == len(by_id) == len(crm.reps())
    ids = sorted(by_id)
    assert [by_id[i] for i in ids] != sorted(by_id.values()), "the order would give them away"
    pace = sa.edition(sa.pacing(crm, PERIOD, kpi="bookings"), crm, "client").table
    assert "SDR Jakarta" not in set(pace["team"]) | set(pace.loc[pace["scope"] == "team", "scope_id"])
    assert "Surabaya" in set(pace.loc[pace["scope"] == "team", "scope_id"])


def test_the_verdicts_on_activities_number_reps_as_all_other_pages_do(crm):
    from salesanalysis.report.nameless import codes

    links = sa.edition(sa.link(crm), crm, "client")
    assert links.edition == "client"
    assert set(links.leave_one_out["rep_id"]) <= set(codes(crm).values())
    assert list(links.leave_one_out["name"]) == list(links.leave_one_out["rep_id"])


def test_a_sheet_about_one_rep_has_no_client_edition(crm):
    found = sa.expectations(crm, PERIOD, rep="R02")
    with pytest.raises(InvalidInput, match="about one rep"):
        sa.edition(found, crm, "client")
    own = sa.edition(found, crm, "rep")
    assert set(own.pacing.table["scope_id"]) == {"R02"} and own.members is None
    with pytest.raises(InvalidInput, match="name the rep"):
        sa.edition(sa.expectations(crm, PERIOD, team="Surabaya"), crm, "rep")
