"""Databases as sources: the same data gives the same tables, findings and KPIs wherever it lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import postgres_server
import pytest
import test_presets
import test_presets_more
import tiny
from places import TEXT, TYPED

import salesanalysis as sa
from salesanalysis.core.client import Client, TableSource
from salesanalysis.core.errors import DataProblem, InvalidInput
from salesanalysis.core.kind import KindRule
from salesanalysis.data import load
from salesanalysis.data.sample_crm import generate

SETTINGS = Client(as_of=tiny.AS_OF, minimum_base=2, claim_base=5)
ROOT = Path(__file__).resolve().parent.parent


def found(crm) -> pd.DataFrame:
    """Return what loading found, without the examples: rows of a database have no numbers."""
    columns = ["table", "column", "check", "severity", "rows", "share"]
    return crm.findings[columns].sort_values(columns, ignore_index=True)


def same(crm, other) -> None:
    """Check that tables, findings and exclusions are alike."""
    pd.testing.assert_frame_equal(found(crm), found(other), check_dtype=False)
    exclusions = [c.exclusions.sort_values(["table", "reason"], ignore_index=True) for c in (crm, other)]
    pd.testing.assert_frame_equal(*exclusions)
    assert dict(crm.rows_in) == dict(other.rows_in)
    assert crm.as_of == other.as_of
    assert set(crm.tables) == set(other.tables)
    for name, table in crm.tables.items():
        kinds = [[type(k) for k in t.schema().types] for t in (table, other.tables[name])]
        assert kinds[0] == kinds[1], name
        frames = [c.frame(name).sort_values(list(table.columns), ignore_index=True) for c in (crm, other)]
        pd.testing.assert_frame_equal(*frames, check_dtype=False, rtol=1e-12, obj=name)


def same_kpis(crm, other, period: str) -> None:
    """Check that every KPI that the data gives has the same value, base and numerator for every rep."""
    panels = [sa.panel(c, None, period).kpis for c in (crm, other)]
    assert panels[0]["kpi"].nunique() > 20
    pd.testing.assert_frame_equal(*panels, check_dtype=False, rtol=1e-9)


def typed(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return texts as the days, times and numbers that they say."""
    kinds = {"annual_cost", "amount", "value", "annual_value", "one_off_value", "target", "rate"}
    found = {}
    for name, frame in frames.items():
        days = {c: pd.to_datetime(frame[c]) for c in frame if c.endswith(("_on", "_at"))}
        numbers = {c: pd.to_numeric(frame[c]) for c in frame if c in kinds}
        found[name] = frame.assign(**days, **numbers)
    return found


# The same as from files ------------------------------------------------------------------------


def test_texts_in_a_database_are_read_as_in_files(place):
    frames = tiny.tables()
    source = place(frames, TEXT)
    same(load(frames, SETTINGS), load(source, SETTINGS))


@pytest.mark.parametrize("world", ["handoffs", "pipeline", "customers", "people", "history"])
def test_typed_tables_are_read_as_in_files(place, world):
    same(*both(place, world))


@pytest.mark.slow
@pytest.mark.parametrize("world", ["handoffs", "pipeline", "customers", "people", "history"])
def test_every_kpi_of_the_tiny_companies_is_the_same(place, world):
    files, database = both(place, world)
    same_kpis(files, database, str(files.as_of.year))


def both(place, world: str):
    """Load a tiny company from frames and from a database."""
    frames = typed(tiny.tables(world))
    as_of = tiny.WORLDS[world][1] if world in tiny.WORLDS else tiny.AS_OF
    client = replace(SETTINGS, as_of=as_of, stages=("qualified", "meeting", "proposal"))
    return load(frames, client), load(place(frames), client)


def soiled() -> dict[str, pd.DataFrame]:
    """Return the tiny tables with every kind of error that rows and cells can have."""
    frames = tiny.tables()
    opportunities, activities = frames["opportunities"], frames["activities"]
    opportunities.loc[0, "closed_on"] = "2026-01-01"  # before it was created
    opportunities.loc[1, "closed_on"] = "2062-05-21"  # a slip of the pen
    opportunities.loc[2, "amount"] = "-5"
    opportunities.loc[3, "amount"] = "a lot"
    opportunities.loc[4, "rep_id"] = "r99"
    opportunities.loc[8, "closed_on"] = "2026-09-01"  # while open
    opportunities.loc[6, "closed_on"] = None
    opportunities.loc[7, "rep_id"] = None
    opportunities.loc[10, "created_on"] = "1900-01-01"
    activities.loc[0, "activity_id"] = None
    activities.loc[1, "activity_id"] = "  "
    activities.loc[2, "occurred_on"] = "2026-13-45"
    activities.loc[3, "occurred_on"] = None
    activities.loc[4, "occurred_on"] = "2027-01-01"
    activities.loc[5, "kind"] = "Fax"
    activities.loc[6, "kind"] = " Meeting "
    activities.loc[7, "opportunity_id"] = "o99"
    activities.loc[8, "rep_id"] = "r77"
    activities.loc[9, "logged_on"] = "2030-01-01"
    frames["activities"] = pd.concat([activities, activities.iloc[[20, 21, 21]]], ignore_index=True)
    frames["goals"].loc[0, "philosophy"] = "Z"
    frames["goals"] = pd.concat([frames["goals"], frames["goals"].iloc[[4]].assign(target="9")])
    frames["coaching"].loc[0, "rep_id"] = "r55"
    frames["reps"].loc[2, "left_on"] = "2020-01-01"
    frames["reps"] = pd.concat([frames["reps"], frames["reps"].iloc[[0]]], ignore_index=True)
    frames["leads"].loc[0, "converted_on"] = "2026-03-01"
    return frames


def test_every_reason_is_counted_as_in_files(place):
    frames = {name: frame.reset_index(drop=True) for name, frame in soiled().items()}
    client = replace(SETTINGS, max_loss=0.9)
    files, database = load(frames, client), load(place(frames, TEXT), client)
    reasons = {
        *("missing_key", "missing_value", "unreadable_value", "unknown_value", "impossible_date"),
        *("negative_value", "future_dated", "future_cell", "no_such_rep", "no_rep", "duplicate_row"),
        *("duplicate_key", "orphan", "closed_before_created", "closed_on_while_open", "closed_without_date"),
        *("converted_before_created", "left_before_hired", "unmeasured_value"),
    }
    assert reasons <= set(files.findings["check"])
    same(files, database)
    examples = database.findings.set_index(["check", "table"])["example"]
    assert examples["future_dated", "activities"] == "table 'activities', occurred_on: t05 '2027-01-01'"
    assert "'Fax' (1)" in examples["unmeasured_value", "activities"]


@pytest.mark.parametrize(
    "written",
    [
        test_presets_more.test_pipedrive_tables,
        test_presets_more.test_dynamics_entities_by_number_and_by_label,
        test_presets_more.test_zoho_backup,
        test_presets.test_salesforce_field_history_gives_stages_and_moved_close_dates,
    ],
    ids=lambda test: test.__name__.removeprefix("test_"),
)
def test_exports_in_a_database_are_recognised_too(place, tmp_path, written):
    written(tmp_path)  # checks what the files give
    frames = {
        path.stem: pd.read_csv(path, dtype="str", keep_default_na=False).replace("", None)
        for path in sorted(tmp_path.glob("*.csv"))
    }
    client = test_presets_more.SETTINGS
    files, database = load(tmp_path, client), load(place(frames, TEXT), client)
    skipped = ["absent_columns", "ignored_columns", "preset_recognised", "unread_tables"]
    pairs = [c.findings[~c.findings["check"].isin(skipped)] for c in (files, database)]
    counted = [p.groupby(["table", "column", "check", "severity"])["rows"].sum() for p in pairs]
    pd.testing.assert_series_equal(*counted)
    for name in files.tables:
        frames = [c.frame(name) for c in (files, database)]
        keys = [c for c in frames[0].columns if frames[0][c].notna().any()]
        frames = [f[keys].sort_values(keys, ignore_index=True) for f in frames]
        pd.testing.assert_frame_equal(*frames, check_dtype=False, obj=name)


def test_a_small_company_gives_the_same_everywhere(place):
    frames = generate(reps=6, weeks=30).tables
    frames = {
        n: f.assign(**{c: pd.to_datetime(f[c]) for c in f if c.endswith("_on")}) for n, f in frames.items()
    }
    client = replace(Client.read(ROOT / "data" / "sample"), as_of=None)
    files, database = load(frames, client), load(place(frames), client)
    same(files, database)
    same_kpis(files, database, str(files.as_of.year))


@pytest.mark.slow
def test_the_sample_company_gives_the_same_everywhere(place):
    folder = ROOT / "data" / "sample"
    frames = {p.stem: pd.read_parquet(p) for p in sorted(folder.glob("*.parquet"))}
    frames = {
        n: f.assign(**{c: pd.to_datetime(f[c]) for c in f if c.endswith("_on")}) for n, f in frames.items()
    }
    files, database = load(folder), load(place(frames), folder)
    same(files, database)
    same_kpis(files, database, "2026")


def test_every_analysis_works_on_a_database(place):
    frames = generate(reps=6, weeks=60).tables
    frames = {
        n: f.assign(**{c: pd.to_datetime(f[c]) for c in f if c.endswith("_on")}) for n, f in frames.items()
    }
    crm = load(place(frames), replace(Client.read(ROOT / "data" / "sample"), as_of=None))
    period = crm.period()
    rep = crm.active(period)[0]
    weeks = sa.exposure(crm)
    assert weeks.activities
    for result in (sa.validate(crm), sa.quality(crm), sa.coverage(crm)):
        assert len(result.table)
    results = [
        sa.assess(crm),
        sa.scorecard(crm, period),
        sa.compare(crm, ["calls", "win_rate"], period, by="team", against="previous"),
        sa.handoff(crm, period),
        sa.decompose(crm, period, rep),
        sa.limits(crm, period, rep),
        sa.diagnose(crm, period, rep),
    ]
    assert all(sa.explain(r) for r in results)
    assert len(sa.cycle_times(crm)) == 3
    assert crm.only(rep=rep).activities.count().execute() > 0
    assert len(sa.opportunity_link(crm).table) or sa.opportunity_link(crm).reason


def test_the_fingerprint_sees_every_cell(place):
    one = place(tiny.tables(), TEXT)
    before = load(one, SETTINGS).fingerprint
    assert load(one, SETTINGS).fingerprint == before
    changed = tiny.tables()
    changed["opportunities"].loc[3, "amount"] = "40000001"
    assert load(place(changed, TEXT), SETTINGS).fingerprint != before


# What texts and types say ----------------------------------------------------------------------


def days(place, values: list, client: Client = SETTINGS, **spec: object) -> list:
    """Return close dates as they are loaded from a database."""
    frames = {n: tiny.tables()[n] for n in ("reps", "opportunities")}
    rows = frames["opportunities"].iloc[: len(values)].drop(columns=["created_on", "expected_close_on"])
    frames["opportunities"] = rows.assign(closed_on=values, outcome="won", rep_id="r1")
    client = replace(client, tables={"opportunities": TableSource(**spec)})
    read = load(place(frames, TEXT), client).frame("opportunities").sort_values("opportunity_id")
    return read["closed_on"].dt.strftime("%Y-%m-%d").tolist()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["03/04/2026", "25/04/2026"], ["2026-04-03", "2026-04-25"]),
        (["03/04/2026", "04/25/2026"], ["2026-03-04", "2026-04-25"]),
        (["3.4.2026", "25.4.2026 14:30"], ["2026-04-03", "2026-04-25"]),
        (["2026-4-3", " 2026-04-25T23:59:59"], ["2026-04-03", "2026-04-25"]),
        (["20260403", "20260425"], ["2026-04-03", "2026-04-25"]),
        (["3-Apr-2026", "25-May-2026"], ["2026-04-03", "2026-05-25"]),
        (["April 3, 2026", "March 25, 2026"], ["2026-04-03", "2026-03-25"]),
        (["2026-04-03T17:30:00Z", "2026-04-25T10:00:00+07:00"], ["2026-04-04", "2026-04-25"]),
        (["4/3/2026 5:30 PM +00:00", "4/25/2026 10:00 AM +0700"], ["2026-04-04", "2026-04-25"]),
    ],
)
def test_dates_in_texts(place, written, meant):
    assert days(place, written) == meant
    frames = {n: tiny.tables()[n] for n in ("reps", "opportunities")}
    rows = frames["opportunities"].iloc[:2].drop(columns=["created_on", "expected_close_on"])
    frames["opportunities"] = rows.assign(closed_on=written, outcome="won", rep_id="r1")
    read = load(frames, SETTINGS).frame("opportunities").sort_values("opportunity_id")
    assert read["closed_on"].dt.strftime("%Y-%m-%d").tolist() == meant


def test_what_leaves_doubt_is_refused_as_in_files(place):
    with pytest.raises(DataProblem, match="day-first and month-first alike"):
        days(place, ["03/04/2026", "05/06/2026"])
    assert days(place, ["03/04/2026", "05/06/2026"], date_format="%d/%m/%Y") == ["2026-04-03", "2026-06-05"]
    with pytest.raises(DataProblem, match=r"mixes formats: 1 like '2026-04-03'; 1 like '25/04/2026'"):
        days(place, ["2026-04-03", "25/04/2026"])
    with pytest.raises(DataProblem, match=r"holds no date written as '%d\.%m\.%y'"):
        days(place, ["2026-04-03"], date_format="%d.%m.%y")
    with pytest.raises(DataProblem, match="date_format '%j' has %j; on a database write it with"):
        days(place, ["2026-04-03"], date_format="%j")
    read = days(place, ["2026-02-28", "2026-02-29", "soon"])
    assert read[0] == "2026-02-28" and pd.isna(read[1:]).all()


def test_numbers_in_texts(place):
    for written, meant in (
        (["1.234.567,50", "12,5"], [1234567.5, 12.5]),
        (["Rp 1.500.000", "Rp2.000.000,00"], [1.5e6, 2e6]),
        (["$1,500.00", "(1,200.5)"], [1500, None]),
        (["1e6", "n/a"], [1e6, None]),
        (["1 234 567,5", "7"], [1234567.5, 7]),
    ):
        frames = {n: tiny.tables()[n] for n in ("reps", "opportunities")}
        frames["opportunities"] = frames["opportunities"].iloc[:2].assign(amount=written)
        read = load(place(frames, TEXT), SETTINGS).frame("opportunities").sort_values("opportunity_id")
        assert read["amount"].astype(object).where(read["amount"].notna(), None).tolist() == meant


def test_moments_are_moved_to_the_clients_timezone_and_other_times_are_its_own(postgres):
    frames = tiny.tables("handoffs")
    leads = frames["leads"].iloc[:2].drop(columns=["responded_at"], errors="ignore")
    leads = leads.assign(created_at=pd.to_datetime(["2026-03-29 00:30", "2026-03-29 01:30"]))
    frames = {"reps": frames["reps"], "opportunities": frames["opportunities"], "leads": leads}
    client = Client(as_of=tiny.WORLDS["handoffs"][1], timezone="Europe/Berlin")
    for kind, wanted in (
        ("timestamp", ["2026-03-29 00:30", "2026-03-29 01:30"]),
        # Summer time begins at one o'clock UTC of that day. The session of the server is in New York.
        ("timestamptz", ["2026-03-29 06:30", "2026-03-29 07:30"]),
    ):
        source = postgres_server.fill(postgres, f"moments_{kind}", frames, TYPED | {"timestamp": kind})
        read = load(source, client).frame("leads").sort_values("lead_id")["created_at"].tolist()
        assert read == [pd.Timestamp(w) for w in wanted]


def test_mappings_rules_and_lookups(place):
    frames = tiny.tables()
    frames["people"] = (
        frames.pop("reps").rename(columns={"rep_id": "Id", "name": "Full Name"}).drop(columns="team")
    )
    frames["groups"] = pd.DataFrame(
        {"member": ["R1", "r2", "r3"], "group": ["Jakarta", "Jakarta", "Surabaya"]}
    )
    deals = frames.pop("opportunities").rename(columns={"outcome": "State"})
    deals["gone"] = ["yes"] + ["no"] * (len(deals) - 1)
    deals["kind"] = ["sale"] * (len(deals) - 1) + ["internal"]
    frames["deals"] = deals
    client = Client.from_dict(
        {
            "kinds": [{"type": "call", "result": "conversation", "kind": "meeting", "outcome": "held"}],
            "tables": {
                "reps": {
                    "file": "people",
                    "columns": {"rep_id": "Id", "name": "Full Name"},
                    "lookups": {
                        "team": {
                            "file": "groups",
                            "on": {"Id": "member"},
                            "columns": {"team": "group"},
                            "ignore_case": True,
                        }
                    },
                },
                "opportunities": {
                    "file": "deals",
                    "deleted": ["gone"],
                    "where": {"kind": ["sale"]},
                    "cases": {"outcome": [{"is": "won", "when": {"State": ["won"]}}]},
                    "columns": {"outcome": "State"},
                    "scale": {"amount": 0.001},
                    "constants": {"product": "any"},
                },
            },
        }
    )
    client = replace(client, as_of=tiny.AS_OF)
    files, database = load(frames, client), load(place(frames, TEXT), client)
    assert files.frame("reps")["team"].tolist() == ["Jakarta", "Jakarta", "Surabaya"]
    assert files.exclusions["reason"].tolist() == ["deleted"]
    assert client.kinds == (KindRule(type="call", result="conversation", kind="meeting", outcome="held"),)
    same(files, database)


# Errors ----------------------------------------------------------------------------------------


def test_problems_come_all_at_once(place):
    frames = tiny.tables()
    frames["opportunities"] = frames["opportunities"].assign(outcome="gewonnen").drop(columns="rep_id")
    frames["reps"] = frames["reps"].drop(columns="name")
    frames["activities"]["occurred_on"] = "03/04/2026"
    with pytest.raises(DataProblem) as caught:
        load(place(frames, TEXT), SETTINGS)
    said = str(caught.value)
    assert "table 'reps': required column 'name'" in said
    assert "table 'opportunities': required column 'rep_id'" in said
    assert "day-first and month-first alike" in said and "'03/04/2026'" in said


def test_values_outside_a_closed_list_block(place):
    frames = tiny.tables()
    frames["opportunities"].loc[:2, "outcome"] = "wonn"
    with pytest.raises(DataProblem, match=r"none of won, lost, open: 'wonn' \(3\)\. Did you mean won"):
        load(place(frames, TEXT), SETTINGS)


def test_empty_tables_missing_tables_and_too_many_losses(place):
    frames = tiny.tables()
    with pytest.raises(DataProblem, match=r"Table 'reps' .* is missing"):
        load(place({"opportunities": frames["opportunities"]}, TEXT), SETTINGS)
    with pytest.raises(DataProblem, match="table 'opportunities' holds no rows"):
        load(place(frames | {"opportunities": frames["opportunities"].iloc[:0]}, TEXT), SETTINGS)
    frames["opportunities"].loc[:8, "opportunity_id"] = None
    with pytest.raises(DataProblem, match=r"9 of 12 rows of opportunities \(75%\) would be left out"):
        load(place(frames, TEXT), SETTINGS)


def test_the_day_is_found_in_the_data(place):
    crm = load(place(tiny.tables(), TEXT), replace(SETTINGS, as_of=None))
    assert crm.as_of == load(tiny.tables(), replace(SETTINGS, as_of=None)).as_of
    early = load(place(tiny.tables(), TEXT), replace(SETTINGS, max_loss=0.9), as_of="2026-06-30")
    assert early.as_of == date(2026, 6, 30)


def test_a_database_that_lets_nobody_write_is_only_asked(postgres, monkeypatch):
    address = postgres_server.fill(postgres, "guarded", tiny.tables(), TEXT)
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on -c max_parallel_workers=0")
    crm = load(address, SETTINGS)
    with pytest.raises(Exception, match="read-only"):
        crm.opportunities.get_backend().raw_sql("CREATE TABLE public.mine (a int)")
    same(load(tiny.tables(), SETTINGS), crm)


# Addresses -------------------------------------------------------------------------------------


def test_the_password_comes_from_the_environment(postgres, monkeypatch):
    address = postgres_server.fill(postgres, "kept", tiny.tables(), TEXT)
    bare = address.replace("reader@", "")
    monkeypatch.setenv("PGUSER", "reader")
    assert load(bare, SETTINGS).rows_in["reps"] == 3
    monkeypatch.setenv("CRM_USER", "reader")
    monkeypatch.setenv("CRM_PASSWORD", "p@ss/word:1")
    assert load(bare.replace("//", "//${CRM_USER}:${CRM_PASSWORD}@"), SETTINGS).rows_in["reps"] == 3


def test_client_toml_names_the_database(postgres, tmp_path, monkeypatch):
    address = postgres_server.fill(postgres, "named", tiny.tables(), TEXT)
    (tmp_path / "client.toml").write_text(f'source = "{address}"\nas_of = 2026-09-30\n')
    assert load(None, tmp_path).rows_in["activities"] == 40
    crm = load(client=tmp_path)
    assert "Database 'postgresql://127.0.0.1/postgres/named'" not in repr(crm)
    assert "reader" not in str(crm.findings["example"].tolist())
    from typer.testing import CliRunner

    from salesanalysis.cli import app

    for command in (["check", str(tmp_path)], ["kpi", "wins", "--source", address, "--period", "2026"]):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output


def test_tables_of_another_schema_are_named_with_it(postgres):
    postgres_server.fill(postgres, "crm", {"people": tiny.tables()["reps"]}, TEXT)
    rest = {n: f for n, f in tiny.tables().items() if n != "reps"}
    address = postgres_server.fill(postgres, "sales", rest, TEXT)
    client = replace(SETTINGS, tables={"reps": TableSource(file="crm.people")})
    assert load(address, client).rows_in["reps"] == 3


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://ani:geheim@host/crm", "holds a password. Take it out"),
        ("postgresql://host/crm?password=geheim", r"holds a secret \('password'\)"),
        ("snowflake://ani@account/db?access_token=geheim", r"holds a secret \('access_token'\)"),
        ("postgresql://ani:${NOT_SET}@host/crm", "environment variable NOT_SET, which is not set"),
        ("postgresql://ani:${1x}@host/crm", "no name of a variable"),
        ("postgressql://host/crm", "Unknown kind of database 'postgressql'. Did you mean postgresql"),
        ("postgresql://host:port/crm", "The address of the database cannot be read"),
    ],
)
def test_addresses_that_are_refused(address, said, tmp_path):
    with pytest.raises(InvalidInput, match=said) as caught:
        load(address)
    assert "geheim" not in str(caught.value)
    (tmp_path / "client.toml").write_text(f'source = "{address}"\n')
    with pytest.raises(InvalidInput, match=said) as caught:
        load(client=tmp_path)
    assert "geheim" not in str(caught.value)


def test_a_database_that_does_not_answer(postgres, monkeypatch):
    with pytest.raises(InvalidInput, match=r"cannot be opened: .*refused"):
        load("postgresql://ani@127.0.0.1:1/crm")
    with pytest.raises(InvalidInput, match='database "nothing" does not exist'):
        load(f"{postgres}/nothing")


def test_a_driver_that_is_not_there(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "ibis.backends.trino", None)
    with pytest.raises(InvalidInput, match=r"needs a driver that is not installed.*ibis-framework\[trino\]"):
        load("trino://host/crm")


@pytest.mark.parametrize("source", [3, 2.5, ["reps"], object()])
def test_what_is_no_source_is_said(source):
    with pytest.raises(InvalidInput, match="A source cannot be a"):
        sa.load(source)
    with pytest.raises(InvalidInput, match="Settings cannot be a"):
        sa.load(tiny.tables(), client=source)
