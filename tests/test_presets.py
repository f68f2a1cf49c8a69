"""Exports as real CRMs write them, by hand: recognised without a word of configuration, each row as it should be."""

# ruff: noqa: E501  (lines of an export are as long as the CRM writes them)
from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from build_crm import REAL

from salesanalysis.core.client import Client
from salesanalysis.core.crm import Crm
from salesanalysis.core.errors import DataProblem
from salesanalysis.data import load
from salesanalysis.pipeline import movement
from salesanalysis.readiness.ledger import ledger


def put(folder: Path, **files: str) -> Path:
    """Write files of the texts given; `__` in a name stands for a blank."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', ' ')}.csv"
        path.write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")
    return folder


def rows(crm: Crm, table: str, *columns: str) -> list[tuple[object, ...]]:
    """Return a table's rows by key, days as texts, what is missing as None."""
    frame = crm.frame(table)[list(columns)].sort_values(columns[0])
    return [tuple(map(_plain, row)) for row in frame.itertuples(index=False)]


def _plain(value: object) -> object:
    if pd.isna(value):
        return None
    return str(value.date()) if isinstance(value, pd.Timestamp) else value


def found(crm: Crm, check: str, table: str = "") -> pd.DataFrame:
    rows = crm.findings[crm.findings["check"] == check]
    return rows[rows["table"] == table] if table else rows


# Salesforce ------------------------------------------------------------------------------------

USERS = """
    Id,Username,FirstName,LastName,Name,Email,IsActive,UserRoleId,ManagerId,Department
    005A,ani@x.id,Ani,Lestari,Ani Lestari,ani@x.id,true,00E1,005C,Jakarta
    005B,budi@x.id,Budi,Santoso,,budi@x.id,TRUE,00E2,005C,
    005C,cici@x.id,Cici,Dewi,Cici Dewi,cici@x.id,false,,,
"""
OPPORTUNITIES = """
    Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,Type,LeadSource,IsClosed,IsWon,OwnerId,CreatedDate,NextStep
    006A,false,001A,Alpha,Closed Won,1000.5,100,2026-03-31,New Customer,Web,true,true,005A,2026-01-05T01:00:00.000Z,
    006B,FALSE,001A,Beta,Closed Lost,500,0,2026-04-10,Existing Business,,TRUE,FALSE,005B,2026-02-01T20:30:00.000+0000,
    006C,0,001B,Gamma,Proposal,,65,2026-12-01,,,0,0,005B,2026-03-01T03:00:00.000Z,send offer
    006D,true,001B,Gone,Closed Won,9,100,2026-03-01,,,true,true,005A,2026-01-01T00:00:00.000Z,
"""


@pytest.fixture(scope="module")
def salesforce(tmp_path_factory) -> Crm:
    folder = put(
        tmp_path_factory.mktemp("salesforce"),
        User=USERS,
        UserRole="Id,Name\n00E1,AE\n00E2,SDR",
        Opportunity=OPPORTUNITIES,
        Account="Id,Name,Industry,OwnerId,CreatedDate,IsDeleted\n001A,PT Maju,Retail,005A,2025-01-01,false\n001B,PT Sinar,,005B,2025-02-01,false",
        Contact="Id,AccountId,FirstName,LastName,Name,Email\n003A,001A,Rina,W,Rina W,rina@maju.id",
        Lead="Id,OwnerId,CreatedDate,IsConverted,ConvertedDate,ConvertedOpportunityId,LeadSource\n00QA,005B,2026-01-02T09:00:00Z,true,2026-01-05,006A,Web",
        OpportunityContactRole="Id,OpportunityId,ContactId,Role,IsDeleted\n00K1,006A,003A,Decision Maker,false\n00K2,006B,003A,,true",
        OpportunityHistory="""
            Id,OpportunityId,StageName,Amount,CloseDate,CreatedDate,CreatedById
            h2,006A,Qualification,900,2026-02-28,2026-01-05T18:00:00Z,005A
            h1,006A,Qualification,,2026-02-28,2026-01-05T01:00:00Z,005A
            h3,006A,Proposal,1200,2026-03-15,2026-02-01T01:00:00Z,005A
            h6,006A,Proposal,1100,2026-04-15,2026-02-01T09:00:00Z,005A
            h4,006A,Closed Won,1000,2026-03-31,2026-03-31T01:00:00Z,005A
            h5,006C,Proposal,,2026-12-01,2026-03-01T03:00:00Z,005B
        """,
        Task="""
            Id,OwnerId,Subject,Type,TaskSubtype,Status,IsClosed,ActivityDate,CompletedDateTime,CreatedDate,WhatId,WhoId,AccountId,CallDisposition,CallDurationInSeconds,IsDeleted
            t1,005A,Call: intro,Call,Call,Completed,true,2026-01-06,2026-01-06T02:00:00Z,2026-01-06T02:05:00Z,006A,003A,001A,No Answer,90,false
            t2,005A,Email: Proposal,,Email,Completed,true,2026-01-07,,2026-01-07T03:00:00Z,001A,,001A,,,false
            t3,005B,Tindak lanjut penawaran,,Task,Completed,true,2026-01-08,,2026-01-08T03:00:00Z,,00QA,,,,false
            t4,005B,Later,,Task,Not Started,false,2026-05-01,,2026-01-08T03:00:00Z,,,,,,false
            t5,005B,Call,Call,Call,Completed,true,2026-01-09,,2026-01-09T03:00:00Z,,,,,,true
        """,
        Event="""
            Id,OwnerId,Subject,Type,StartDateTime,DurationInMinutes,CreatedDate,WhatId,WhoId,AccountId,IsDeleted
            e1,005A,Demo,Meeting,2026-01-12T22:00:00Z,45,2026-01-10T03:00:00Z,006A,003A,001A,false
            e2,005B,Sync,,2026-01-13T03:00:00Z,30,2026-01-13T03:00:00Z,,,,false
        """,
        Contract="Id,AccountId,OwnerId,StartDate,EndDate,ActivatedDate\n800A,001A,005A,2026-04-01,2027-04-01,2026-03-31T05:00:00Z",
    )
    return load(folder, Client(as_of=date(2026, 9, 30), max_loss=0.5, attribution=("link",)))


def test_salesforce_is_recognised(salesforce):
    assert found(salesforce, "preset_recognised")["example"].tolist() == ["Salesforce"]
    assert found(salesforce, "unread_tables").empty


def test_salesforce_users_have_their_role_and_manager(salesforce):
    assert rows(salesforce, "reps", "rep_id", "name", "email", "role", "manager", "team") == [
        ("005A", "Ani Lestari", "ani@x.id", "AE", "Cici Dewi", "Jakarta"),
        ("005B", "Budi Santoso", "budi@x.id", "SDR", "Cici Dewi", None),
        ("005C", "Cici Dewi", "cici@x.id", None, None, None),
    ]


def test_salesforce_opportunities_are_won_by_flag_whatever_way_it_is_spelled(salesforce):
    columns = (
        "opportunity_id",
        "rep_id",
        "outcome",
        "stage",
        "amount",
        "probability",
        "closed_on",
        "created_on",
        "type",
    )
    assert rows(salesforce, "opportunities", *columns) == [
        ("006A", "005A", "won", "Closed Won", 1000.5, 1.0, "2026-03-31", "2026-01-05", "new"),
        # Created at 20:30 UTC, which is the next day in Jakarta.
        ("006B", "005B", "lost", "Closed Lost", 500.0, 0.0, "2026-04-10", "2026-02-02", "expansion"),
        ("006C", "005B", "open", "Proposal", None, 0.65, None, "2026-03-01", None),
    ]
    assert rows(salesforce, "opportunities", "opportunity_id", "expected_close_on", "next_step")[2] == (
        "006C",
        "2026-12-01",
        "send offer",
    )


def test_deleted_rows_are_left_out_and_counted(salesforce):
    counts = salesforce.exclusions.set_index(["table", "reason"])["rows"].to_dict()
    assert counts == {
        ("opportunities", "deleted"): 1,
        ("opportunity_contacts", "deleted"): 1,
        ("activities", "deleted"): 1,
        ("snapshots", "same_day"): 1,
    }
    assert salesforce.rows_in["opportunities"] == 4
    assert "row 5" in found(salesforce, "deleted", "opportunities")["example"].iloc[0]
    for language in ("en", "id"):
        words = salesforce.client.with_language(language).words
        assert words.t("readiness.reason.deleted")


def test_salesforce_history_holds_changes_of_stage_only(salesforce):
    assert sorted(rows(salesforce, "stage_history", "opportunity_id", "stage", "entered_on", "rep_id")) == [
        ("006A", "Closed Won", "2026-03-31", "005A"),
        ("006A", "Proposal", "2026-02-01", "005A"),
        ("006A", "Qualification", "2026-01-05", "005A"),
        ("006C", "Proposal", "2026-03-01", "005B"),
    ]
    assert found(salesforce, "no_change")["rows"].tolist() == [2]


def test_salesforce_history_tells_values_and_close_dates_of_each_day(salesforce):
    columns = ("opportunity_id", "seen_on", "amount", "expected_close_on", "stage")
    assert sorted(rows(salesforce, "snapshots", *columns)) == [
        ("006A", "2026-01-05", None, "2026-02-28", "Qualification"),
        # Saved at 18:00 UTC, which is the next day in Jakarta.
        ("006A", "2026-01-06", 900.0, "2026-02-28", "Qualification"),
        ("006A", "2026-02-01", 1100.0, "2026-04-15", "Proposal"),
        ("006A", "2026-03-31", 1000.0, "2026-03-31", "Closed Won"),
        ("006C", "2026-03-01", None, "2026-12-01", "Proposal"),
    ]
    moved = rows(
        salesforce, "close_date_changes", "opportunity_id", "changed_on", "old_close_on", "new_close_on"
    )
    assert sorted(moved) == [
        ("006A", "2026-02-01", "2026-02-28", "2026-04-15"),
        ("006A", "2026-03-31", "2026-04-15", "2026-03-31"),
    ]
    used = ledger(salesforce).set_index("table").loc["snapshots"]
    assert (used["rows"], used["n"], used["reason"]) == (6, 5, "same_day:1")
    steps = movement(salesforce, "2026-01-01", "2026-03-31", due="all").table.set_index("step")["value"]
    assert steps["value_up"] == 200 and steps["value_down"] == 1000.5 - 1100
    assert steps["open_end"] == 500 and steps["won"] == -1000.5


def test_salesforce_tasks_and_events_are_one_table_of_activities(salesforce):
    columns = (
        "activity_id",
        "rep_id",
        "kind",
        "outcome",
        "occurred_on",
        "opportunity_id",
        "account_id",
        "lead_id",
    )
    assert rows(salesforce, "activities", *columns) == [
        ("e1", "005A", "meeting", None, "2026-01-13", "006A", "001A", None),
        ("e2", "005B", "meeting", None, "2026-01-13", None, None, None),
        ("t1", "005A", "call", "no_answer", "2026-01-06", "006A", "001A", None),
        ("t2", "005A", "email", None, "2026-01-07", None, "001A", None),
        ("t3", "005B", "follow_up", None, "2026-01-08", None, None, "00QA"),
    ]
    minutes = dict(rows(salesforce, "activities", "activity_id", "duration_minutes"))
    assert minutes == {"e1": 45.0, "e2": 30.0, "t1": 1.5, "t2": None, "t3": None}
    assert found(salesforce, "not_selected", "activities")["rows"].tolist() == [1]  # the open task


def test_salesforce_leads_roles_and_contracts(salesforce):
    assert rows(salesforce, "leads", "lead_id", "rep_id", "converted_on", "opportunity_id", "source") == [
        ("00QA", "005B", "2026-01-05", "006A", "Web")
    ]
    assert rows(salesforce, "opportunity_contacts", "opportunity_id", "contact_id", "role") == [
        ("006A", "003A", "Decision Maker")
    ]
    assert rows(salesforce, "contracts", "contract_id", "account_id", "signed_on", "ends_on") == [
        ("800A", "001A", "2026-03-31", "2027-04-01")
    ]


def test_salesforce_field_history_gives_stages_and_moved_close_dates(tmp_path):
    put(
        tmp_path,
        User=USERS,
        Opportunity=OPPORTUNITIES,
        OpportunityFieldHistory="""
            Id,OpportunityId,Field,OldValue,NewValue,CreatedDate,CreatedById
            1,006A,StageName,Qualification,Proposal,2026-02-01T01:00:00Z,005A
            2,006A,CloseDate,2026-03-01,2026-03-31,2026-02-10T01:00:00Z,005A
            3,006A,Amount,900,1000,2026-02-10T01:00:00Z,005A
        """,
    )
    crm = load(tmp_path, Client(as_of=date(2026, 9, 30)))
    assert rows(crm, "stage_history", "opportunity_id", "stage", "entered_on") == [
        ("006A", "Proposal", "2026-02-01")
    ]
    assert rows(
        crm, "close_date_changes", "opportunity_id", "changed_on", "old_close_on", "new_close_on"
    ) == [("006A", "2026-02-10", "2026-03-01", "2026-03-31")]
    assert found(crm, "not_selected")["rows"].tolist() == [2, 2]


def test_a_salesforce_report_alone_is_enough(tmp_path):
    put(
        tmp_path,
        report1700000000="""
            Opportunity Owner,Account Name,Opportunity Name,Stage,Amount,Close Date,Created Date,Probability (%),Lead Source,Opportunity ID
            Ani Lestari,PT Maju,Alpha,Closed Won,"1,000.50",31/03/2026,05/01/2026,100,Web,006A
            Budi Santoso,PT Maju,Beta,Closed Lost,500.00,10/04/2026,01/02/2026,0,,006B
            Budi Santoso,PT Sinar,Gamma,Proposal,,01/12/2026,28/03/2026,65,,006C
        """,
    )
    crm = load(tmp_path, Client(as_of=date(2026, 9, 30)))
    assert rows(crm, "reps", "rep_id", "name") == [
        ("Ani Lestari", "Ani Lestari"),
        ("Budi Santoso", "Budi Santoso"),
    ]
    assert crm.exclusions.empty
    columns = ("opportunity_id", "rep_id", "account_id", "outcome", "amount", "probability", "closed_on")
    assert rows(crm, "opportunities", *columns) == [
        ("006A", "Ani Lestari", "PT Maju", "won", 1000.5, 1.0, "2026-03-31"),
        ("006B", "Budi Santoso", "PT Maju", "lost", 500.0, 0.0, "2026-04-10"),
        ("006C", "Budi Santoso", "PT Sinar", "open", None, 0.65, None),
    ]


@pytest.mark.skipif(not REAL.is_dir(), reason="the real tables are not part of the project")
def test_the_real_salesforce_tables_are_all_deleted_and_loading_says_so():
    with pytest.raises(
        DataProblem, match=r"10 of 10 rows of opportunities \(100%\)[^\n]*\n   - deleted: 10 rows"
    ):
        load(REAL / "fivetran-salesforce")
    crm = load(REAL / "fivetran-salesforce", Client(max_loss=1))
    assert crm.opportunities.count().execute() == 0
    assert dict(crm.rows_in) == {
        "reps": 10,
        "accounts": 10,
        "contacts": 4,
        "leads": 1,
        "opportunities": 10,
        "snapshots": 10,
        "stage_history": 10,
        "activities": 20,
        "contracts": 10,
    }
    assert found(crm, "deleted", "opportunities")["rows"].tolist() == [10]
    assert found(crm, "no_rep_joins", "activities")["rows"].tolist() == [20]
    assert crm.activities.kind.value_counts().to_pandas().set_index("kind").iloc[:, 0]["meeting"] > 0


@pytest.mark.skipif(not REAL.is_dir(), reason="the real tables are not part of the project")
def test_the_real_hubspot_tables_load_and_their_keys_do_not_join():
    crm = load(REAL / "fivetran-hubspot")
    assert {k: crm.rows_in[k] for k in ("reps", "accounts", "opportunities", "stage_history")} == {
        "reps": 100,
        "accounts": 24,
        "opportunities": 44,
        "stage_history": 14,
    }
    assert crm.rows_in["activities"] == 1 + 1 + 100 + 1 + 2
    assert found(crm, "orphan", "stage_history")["rows"].tolist() == [14]
    missed = found(crm, "lookup_missed", "opportunities")["example"].tolist()
    assert missed == ["deal_data.csv, lookup 'companies': 44 of 44 not in deal_company_data.csv"]
    assert found(crm, "no_rep", "opportunities")["rows"].tolist() == [22]


# HubSpot ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory) -> Crm:
    engaged = "engagement_id,_fivetran_deleted,property_hs_timestamp,property_hs_createdate,property_hubspot_owner_id"
    folder = put(
        tmp_path_factory.mktemp("hubspot"),
        owner="owner_id,email,first_name,last_name\n11,ani@x.id,Ani,Lestari\n12,budi@x.id,,",
        owner_team="owner_id,team_id,is_team_primary\n11,1,true\n11,2,false",
        team="id,name\n1,Jakarta\n2,Bandung",
        company="id,is_deleted,property_name,property_createdate\n21,false,PT Maju,2025-01-01 10:00:00",
        contact="id,_fivetran_deleted,property_email,property_firstname,property_lastname,property_associatedcompanyid\n31,FALSE,rina@maju.id,Rina,W,21",
        deal="""
            deal_id,is_deleted,deal_pipeline_stage_id,owner_id,property_dealname,property_amount,property_closedate,property_createdate
            41,false,s3,11,Alpha,1000000,2026-03-31 10:00:00,2026-01-05 9:01:02.5
            42,false,s4,11,Beta,500000,2026-04-10 10:00:00,2026-01-06 09:00:00
            43,false,s1,12,Gamma,,2026-12-01 10:00:00,2026-01-07 09:00:00
            44,false,zz,12,Delta,7,2026-12-01 10:00:00,2026-01-08 09:00:00
            45,TRUE,s3,12,Gone,7,2026-12-01 10:00:00,2026-01-08 09:00:00
            46,false,s1,12,Merged,7,2026-12-01 10:00:00,2026-01-08 09:00:00
        """,
        deal_pipeline_stage="""
            stage_id,pipeline_id,label,probability,closed_won,is_closed
            s1,p,Qualified,0.2,FALSE,FALSE
            s3,p,Menang,1.0,TRUE,TRUE
            s4,p,Kalah,0.0,FALSE,TRUE
        """,
        deal_company="deal_id,company_id,type_id\n41,21,5\n41,22,5\n42,21,5",
        deal_contact="deal_id,contact_id,type_id\n41,31,3\n41,31,4",
        merged_deal="deal_id,merged_deal_id\n43,46",
        deal_property_history="""
            deal_id,name,value,timestamp,source
            41,dealstage,s1,2026-01-05 09:00:00,CRM_UI
            41,dealstage,s3,2026-03-31 10:00:00,CRM_UI
            41,closedate,2026-03-31,2026-02-01 10:00:00,CRM_UI
            46,dealstage,s1,2026-01-08 09:00:00,CRM_UI
            41,closedate,2026-05-15,2026-02-01 09:00:00,CRM_UI
            41,amount,4,2026-01-05 09:00:00,CRM_UI
            41,amount,5,2026-03-31 10:00:00,CRM_UI
            46,amount,3,2026-01-05 08:00:00,CRM_UI
        """,
        engagement_call=f"""
            {engaged},property_hs_call_disposition,property_hs_call_duration
            51,false,2026-01-10 09:00:00,2026-01-10 10:00:00,11,f240bbac-87c9-4f6e-bf70-924b57d47db7,90000
            52,false,2026-01-11 09:00:00,2026-01-11 10:00:00,12,No answer,
        """,
        engagement_meeting=f"{engaged},property_hs_meeting_outcome\n53,false,2026-01-12 09:00:00,2026-01-12 10:00:00,11,COMPLETED",
        engagement_email=f"{engaged},property_hs_email_subject\n54,false,2026-01-13 09:00:00,2026-01-13 10:00:00,12,Hello",
        engagement_task=f"{engaged},property_hs_task_type,property_hs_task_status\n55,false,2026-01-14 09:00:00,2026-01-14 10:00:00,12,CALL,COMPLETED\n56,false,2026-05-14 09:00:00,2026-01-14 10:00:00,12,TODO,NOT_STARTED",
        engagement_note=f"{engaged}\n57,true,2026-01-15 09:00:00,2026-01-15 10:00:00,12",
        engagement_deal="engagement_id,deal_id\n51,41\n51,42\n53,41",
        engagement_company="engagement_id,company_id\n51,21",
        engagement_contact="engagement_id,contact_id\n52,31",
    )
    return load(folder, Client(as_of=date(2026, 9, 30), max_loss=1, attribution=("link",)))


def test_hubspot_outcome_and_stage_come_from_the_pipeline(hubspot):
    columns = (
        "opportunity_id",
        "rep_id",
        "account_id",
        "outcome",
        "stage",
        "amount",
        "probability",
        "closed_on",
    )
    assert rows(hubspot, "opportunities", *columns) == [
        ("41", "11", "21", "won", "Menang", 1e6, 1.0, "2026-03-31"),
        ("42", "11", "21", "lost", "Kalah", 5e5, 0.0, "2026-04-10"),
        ("43", "12", None, "open", "Qualified", None, 0.2, None),
        ("44", "12", None, "open", "zz", 7.0, None, None),
    ]
    left_out = {"opportunities": 2, "activities": 1, "close_date_changes": 1}
    assert hubspot.exclusions.set_index("table")["rows"].to_dict() == left_out


def test_hubspot_history_tells_values_and_close_dates_of_each_day(hubspot):
    assert sorted(rows(hubspot, "snapshots", "opportunity_id", "seen_on", "amount")) == [
        ("41", "2026-01-05", 4.0),
        ("41", "2026-03-31", 5.0),
        ("43", "2026-01-05", 3.0),  # 46 was merged into it
    ]
    moved = rows(hubspot, "close_date_changes", "opportunity_id", "changed_on", "new_close_on")
    assert moved == [("41", "2026-02-01", "2026-03-31")]


def test_hubspot_lookups_never_fan_out(hubspot):
    assert hubspot.rows_in["opportunities"] == 6
    assert found(hubspot, "lookup_repeated", "opportunities")["rows"].tolist() == [1]
    assert found(hubspot, "repeated_row", "opportunity_contacts")["rows"].tolist() == [1]
    missed = found(hubspot, "lookup_missed", "opportunities")["example"].tolist()
    assert "deal.csv, lookup 'stages': 1 of 6 not in deal_pipeline_stage.csv" in missed


def test_hubspot_owners_teams_and_history(hubspot):
    assert rows(hubspot, "reps", "rep_id", "name", "team") == [
        ("11", "Ani Lestari", "Jakarta"),
        ("12", "budi@x.id", None),
    ]
    assert sorted(rows(hubspot, "stage_history", "opportunity_id", "stage", "entered_on")) == [
        ("41", "Menang", "2026-03-31"),
        ("41", "Qualified", "2026-01-05"),
        ("43", "Qualified", "2026-01-08"),  # of the deal that was merged into it
    ]
    assert rows(hubspot, "close_date_changes", "opportunity_id", "changed_on", "new_close_on") == [
        ("41", "2026-02-01", "2026-03-31")
    ]


def test_hubspot_engagements_of_each_kind_are_activities(hubspot):
    columns = ("activity_id", "rep_id", "kind", "outcome", "occurred_on", "contact_id", "duration_minutes")
    assert rows(hubspot, "activities", *columns) == [
        ("51", "11", "call", "connected", "2026-01-10", None, 1.5),
        ("52", "12", "call", "no_answer", "2026-01-11", "31", None),
        ("53", "11", "meeting", "held", "2026-01-12", None, None),
        ("54", "12", "email", None, "2026-01-13", None, None),
        ("55", "12", "call", None, "2026-01-14", None, None),
    ]
    links = dict(rows(hubspot, "activities", "activity_id", "opportunity_id"))
    assert (links["51"], links["53"]) == ("41", "41")


def test_the_export_of_a_hubspot_view(tmp_path):
    put(
        tmp_path,
        **{
            "hubspot-crm-exports-all-deals-2026-09-30": """
                Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Create Date
                41,Alpha,Closed won (Sales Pipeline),2026-03-31 10:00,Ani Lestari,1000000,2026-01-05 09:00
                42,Beta,Closed lost (Sales Pipeline),2026-04-10 10:00,Ani Lestari,,2026-01-06 09:00
                43,Gamma,Appointment scheduled,2026-12-01 10:00,,500,2026-01-07 09:00
            """
        },
    )
    crm = load(tmp_path, Client(as_of=date(2026, 9, 30)))
    assert found(crm, "preset_recognised")["example"].tolist() == ["HubSpot"]
    assert rows(crm, "opportunities", "opportunity_id", "rep_id", "outcome") == [
        ("41", "Ani Lestari", "won"),
        ("42", "Ani Lestari", "lost"),
        ("43", None, "open"),
    ]
    assert rows(crm, "reps", "rep_id") == [("Ani Lestari",)]
