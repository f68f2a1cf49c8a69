"""Proposals: what is certain is told from what is guessed, and what is written loads."""

from __future__ import annotations

import tomllib
from pathlib import Path

import ibis
import pandas as pd
import pytest
import tiny
from build_crm import REAL
from test_cli import run
from test_presets import put, rows

from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput
from salesanalysis.data import load, propose, write_client
from salesanalysis.data.guess import guess_table, outcome_of

SALES = """
    No Peluang;Nama Sales;Tahap;Nilai;Tgl Tutup;Pelanggan;Keterangan
    P1;Ani Lestari;Menang;1.000.000;31/03/2026;PT A;x
    P2;Budi Santoso;Kalah;2.500.000;15/04/2026;PT B;y
    P3;Budi Santoso;Negosiasi;;;PT A;z
"""
TEAM = """
    NIK;Nama;Jabatan;Tanggal Masuk
    11;Ani Lestari;AE;2024-01-15
    12;Budi Santoso;SDR;2025-01-15
"""
LOG = """
    ID;Tgl;PIC;Jenis;Pelanggan
    a1;2026-03-01;11;Telepon;PT A
    a2;2026-03-02;12;Kunjungan;PT B
    a3;2026-03-03;12;Arisan;PT B
"""


def by_column(table: pd.DataFrame, name: str) -> dict[str, tuple[str, str]]:
    held = table[(table["table"] == name) & (table["column"] != "")]
    return {r.column: (r.source, r.status) for r in held.itertuples()}


@pytest.fixture
def export(tmp_path) -> Path:
    (tmp_path / "export").mkdir()
    return put(tmp_path / "export", penjualan=SALES, karyawan=TEAM, buku=LOG)


def test_an_unknown_export_is_guessed_by_names_and_content(export):
    found = propose(export)
    assert (found.presets, found.label, found.count("recognised")) == ((), "", 0)
    assert by_column(found.table, "opportunities") == {
        **dict.fromkeys(by_column(found.table, "opportunities"), ("", "missing")),
        "opportunity_id": ("No Peluang", "guessed"),
        "rep_id": ("Nama Sales", "guessed"),
        "account_id": ("Pelanggan", "guessed"),
        "closed_on": ("Tgl Tutup", "guessed"),
        "outcome": ("Tahap", "guessed"),
        "stage": ("Tahap", "guessed"),
        "amount": ("Nilai", "guessed"),
    }
    assert by_column(found.table, "reps")["name"] == ("Nama", "guessed")
    gone = found.table[(found.table["status"] == "missing") & (found.table["column"] == "")]
    assert {"leads", "goals", "contracts"} <= set(gone["table"])


def test_what_is_proposed_loads(export, tmp_path):
    found = propose(export)
    write_client(tmp_path, source=str(export), proposal=found)
    crm = load(client=tmp_path)
    # Opportunities name their owner, the list of reps has numbers: found by name.
    assert rows(crm, "opportunities", "opportunity_id", "rep_id", "outcome", "amount", "closed_on") == [
        ("P1", "11", "won", 1e6, "2026-03-31"),
        ("P2", "12", "lost", 2.5e6, "2026-04-15"),
        ("P3", "12", "open", None, None),
    ]
    assert rows(crm, "activities", "activity_id", "rep_id", "kind") == [
        ("a1", "11", "call"),
        ("a2", "12", "meeting"),
        ("a3", "12", "Arisan"),
    ]
    text = (tmp_path / "client.toml").read_text(encoding="utf-8")
    assert 'source = "export"' in text
    assert "# guessed: name and content" in text


def test_weak_guesses_are_commented_out_unless_nothing_loads_without_them():
    deals = pd.DataFrame(
        {
            "Deal ID": ["1", "2", "3"],
            "Ownr": ["Ani", "Budi", "Budi"],
            "Status": ["Won", "Lost", "In progress"],
            "Regions": ["W", "E", "E"],
        }
    )
    found = propose({"deals": deals})
    lines = found.settings.splitlines()
    assert '# region = "Regions"  # guessed: similar name' in lines
    assert 'rep_id = "Ownr"  # guessed: similar name' in lines
    crm = load({"deals": deals}, Client.from_dict({**tomllib.loads(found.settings), "as_of": "2026-09-30"}))
    assert rows(crm, "opportunities", "opportunity_id", "rep_id", "outcome") == [
        ("1", "Ani", "won"),
        ("2", "Budi", "lost"),
        ("3", "Budi", "open"),
    ]
    # The owners stand in for a list of reps.
    assert rows(crm, "reps", "rep_id", "name") == [("Ani", "Ani"), ("Budi", "Budi")]


def test_a_column_whose_content_disagrees_is_not_taken_by_its_name():
    cells = {
        "Opportunity ID": ["1", "2"],
        "Owner": ["Ani", "Budi"],
        "Status": ["Won", "Lost"],
        "Close Date": ["soon", "later"],
        "Amount": ["big", "small"],
    }
    _, found = guess_table("opportunities", "deals.csv", cells)
    assert set(found) == {"opportunity_id", "rep_id", "outcome", "stage"}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Closed Won", "won"),
        ("MENANG", "won"),
        ("Deal", "won"),
        ("Closed - Lost", "lost"),
        ("Gagal", "lost"),
        ("Wonder", "open"),
        ("Ideal", "open"),
        ("Negosiasi", "open"),
    ],
)
def test_words_for_outcomes(said, meant):
    assert outcome_of(said) == meant


def test_canonical_tables_are_recognised_as_such():
    found = propose(tiny.tables())
    assert found.count("guessed") == 0
    assert set(found.table[found.table["status"] == "recognised"]["by"]) == {"name"}
    assert found.settings == ""


def test_a_known_crm_needs_no_settings_and_they_say_what_is_read(tmp_path):
    put(
        tmp_path,
        **{
            "all deals": "Record ID,Deal Name,Deal Stage,Close Date,Deal owner\n1,A,Closed won,2026-03-31,Ani"
        },
    )
    found = propose(tmp_path)
    assert (found.presets, found.label) == (("hubspot",), "HubSpot")
    assert tomllib.loads(found.settings) == {"preset": "hubspot"}
    assert "#     rep_id = owners / Deal owner" in found.settings
    assert by_column(found.table, "opportunities")["outcome"][1] == "recognised"


def test_a_database_is_looked_at_too(export, tmp_path):
    backend = ibis.duckdb.connect(str(tmp_path / "crm.db"))
    for file in export.glob("*.csv"):
        frame = pd.read_csv(file, sep=";", dtype=str)
        backend.create_table(file.stem, ibis.memtable(frame, schema=dict.fromkeys(frame.columns, "string")))
    found = propose(backend)
    assert by_column(found.table, "opportunities")["outcome"] == ("Tahap", "guessed")
    settings = Client.from_dict({**tomllib.loads(found.settings), "as_of": "2026-09-30"})
    crm = load(backend, settings)
    assert rows(crm, "opportunities", "opportunity_id", "rep_id", "outcome") == [
        ("P1", "11", "won"),
        ("P2", "12", "lost"),
        ("P3", "12", "open"),
    ]


def test_a_source_without_tables_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="holds no"):
        propose(tmp_path)


def test_the_command_shows_what_it_found_and_what_is_missing(export, tmp_path):
    done = run("new", "acme", "--from", "export", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for said in ("No Peluang", "guessed", "would enable", "Confirm what is guessed"):
        assert said in done.stdout
    assert "does not load" not in done.stdout
    assert run("check", "acme", cwd=tmp_path).returncode == 0


@pytest.mark.skipif(not REAL.is_dir(), reason="the real tables are not part of the project")
def test_a_real_pipeline_is_guessed_as_its_hand_made_settings_say(tmp_path):
    found = propose(REAL / "maven-crm")
    write_client(tmp_path, source=str(REAL / "maven-crm"), proposal=found)
    crm = load(client=tmp_path)
    assert crm.rows_in["opportunities"] == 8800
    assert crm.exclusions.empty
    counts = crm.frame("opportunities")["outcome"].value_counts().to_dict()
    assert counts == {"won": 4238, "lost": 2473, "open": 2089}
