"""More exports written by hand: Pipedrive, Dynamics, Zoho, Outlook, logs kept in Excel, and mappings by hand."""

# ruff: noqa: E501  (lines of an export are as long as the CRM writes them)
from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
import tiny
from test_presets import found, put, rows

from salesanalysis.core.client import Client
from salesanalysis.core.errors import DataProblem, InvalidInput
from salesanalysis.core.kind import ACTIVITIES
from salesanalysis.data import load
from salesanalysis.data.preset import common_kinds, presets
from salesanalysis.data.recognise import recognise
from salesanalysis.linkage.exposure import MEASURES

SETTINGS = Client(as_of=date(2026, 9, 30), max_loss=0.5, attribution=("link",))


def recognised(crm) -> str:
    return found(crm, "preset_recognised")["example"].iloc[0]


# Pipedrive -------------------------------------------------------------------------------------


def test_pipedrive_tables(tmp_path):
    put(
        tmp_path,
        users="id,name,email,active_flag\n1,Ani,ani@x.id,true\n2,Budi,budi@x.id,false",
        organizations="id,name,owner_id,add_time\n21,PT Maju,1,2025-01-01 10:00:00",
        persons="id,name,org_id,email\n31,Rina,21,rina@maju.id",
        stages="id,name,deal_probability\n1,Lead,10\n2,Offer,50",
        deals="""
            id,title,status,stage_id,user_id,org_id,person_id,value,currency,add_time,won_time,lost_time,expected_close_date,probability,lost_reason
            41,Alpha,won,2,1,21,31,1000,IDR,2026-01-05 01:00:00,2026-03-31 02:00:00,,2026-03-01,,
            42,Beta,lost,1,2,21,,500,IDR,2026-01-06 01:00:00,,2026-04-10 02:00:00,,,price
            43,Gamma,open,2,2,,,,IDR,2026-01-07 01:00:00,,,2026-12-01,50,
            44,Gone,deleted,2,2,,,1,IDR,2026-01-07 01:00:00,,,2026-12-01,50,
        """,
        deal_flow="""
            deal_id,field_key,old_value,new_value,log_time,user_id
            41,stage_id,1,2,2026-02-01 10:00:00,1
            41,value,5,6,2026-02-01 10:00:00,1
            43,expected_close_date,2026-11-01,2026-12-01,2026-02-03 10:00:00,2
        """,
        activities="""
            id,type,subject,done,due_date,marked_as_done_time,add_time,user_id,deal_id,org_id,person_id
            51,call,Intro,1,2026-01-10,2026-01-11 09:00:00,2026-01-09 09:00:00,1,41,21,31
            52,meeting,Demo,true,2026-01-12,,2026-01-09 09:00:00,2,42,21,
            53,task,Later,0,2026-06-12,,2026-01-09 09:00:00,2,42,21,
        """,
    )
    crm = load(tmp_path, SETTINGS)
    assert recognised(crm) == "Pipedrive"
    columns = (
        "opportunity_id",
        "rep_id",
        "account_id",
        "outcome",
        "stage",
        "amount",
        "closed_on",
        "probability",
    )
    assert rows(crm, "opportunities", *columns) == [
        ("41", "1", "21", "won", "Offer", 1000.0, "2026-03-31", None),
        ("42", "2", "21", "lost", "Lead", 500.0, "2026-04-10", None),
        ("43", "2", None, "open", "Offer", None, None, 0.5),
    ]
    assert crm.exclusions.to_dict("records") == [{"table": "opportunities", "reason": "deleted", "rows": 1}]
    assert rows(crm, "stage_history", "opportunity_id", "stage", "entered_on", "rep_id") == [
        ("41", "Offer", "2026-02-01", "1")
    ]
    assert rows(crm, "close_date_changes", "opportunity_id", "old_close_on", "new_close_on") == [
        ("43", "2026-11-01", "2026-12-01")
    ]
    assert rows(crm, "activities", "activity_id", "rep_id", "kind", "occurred_on", "opportunity_id") == [
        ("51", "1", "call", "2026-01-11", "41"),
        ("52", "2", "meeting", "2026-01-12", "42"),
    ]


def test_the_export_of_a_pipedrive_list(tmp_path):
    put(
        tmp_path,
        **{
            "deals-12345-7": """
                Deal - ID,Deal - Title,Deal - Status,Deal - Owner,Deal - Organization,Deal - Value,Deal - Stage,Deal - Deal created,Deal - Won time,Deal - Lost time
                41,Alpha,Won,Ani,PT Maju,1000,Offer,2026-01-05 01:00:00,2026-03-31 02:00:00,
                42,Beta,Lost,Budi,PT Maju,500,Lead,2026-01-06 01:00:00,,2026-04-10 02:00:00
                43,Gamma,Open,Budi,,,Offer,2026-01-07 01:00:00,,
            """,
            "activities-12345-8": """
                Activity - Type,Activity - Subject,Activity - Done,Activity - Due date,Activity - Assigned to user,Activity - Deal
                Call,Intro,Done,2026-01-10,Ani,Alpha
                Meeting,Demo,To do,2026-12-10,Budi,Beta
            """,
        },
    )
    crm = load(tmp_path, SETTINGS)
    assert rows(crm, "opportunities", "opportunity_id", "rep_id", "outcome") == [
        ("41", "Ani", "won"),
        ("42", "Budi", "lost"),
        ("43", "Budi", "open"),
    ]
    assert rows(crm, "activities", "activity_id", "rep_id", "kind", "opportunity_id") == [
        ("activities-12345-8.csv 2", "Ani", "call", "41")
    ]


# Dynamics --------------------------------------------------------------------------------------


def test_dynamics_entities_by_number_and_by_label(tmp_path):
    put(
        tmp_path,
        systemuser="systemuserid,fullname,internalemailaddress,businessunitidname,title\nu1,Ani,ani@x.id,Jakarta,AE\nu2,Budi,budi@x.id,Jakarta,SDR",
        account="accountid,name,ownerid,createdon\nac1,PT Maju,u1,2025-01-01T00:00:00Z",
        contact="contactid,fullname,parentcustomerid,emailaddress1\nc1,Rina,ac1,rina@maju.id",
        lead="leadid,ownerid,createdon,statecode,statecodename,qualifyingopportunityid\nl1,u2,2026-01-02T00:00:00Z,1,Qualified,o1",
        opportunity="""
            opportunityid,name,ownerid,parentaccountid,statecode,statecodename,statuscodename,actualvalue,estimatedvalue,closeprobability,actualclosedate,estimatedclosedate,createdon,stepname
            o1,Alpha,u1,ac1,1,Won,Won,1000,900,100,2026-03-31,2026-03-01,2026-01-05T01:00:00Z,4-Close
            o2,Beta,u2,ac1,2,Lost,Out-Sold,,500,0,2026-04-10,2026-04-01,2026-01-06T01:00:00Z,2-Develop
            o3,Gamma,u2,,0,Open,In Progress,,700,40,,2026-12-01,2026-01-07T01:00:00Z,1-Qualify
        """,
        phonecall="activityid,subject,ownerid,statecode,statecodename,actualend,createdon,regardingobjectid\np1,Intro,u1,1,Completed,2026-01-10T02:00:00Z,2026-01-10T02:00:00Z,o1\np2,Later,u1,0,Open,,2026-01-10T02:00:00Z,o1",
        appointment="activityid,subject,ownerid,statecode,statecodename,scheduledstart,createdon,regardingobjectid,actualdurationminutes\nm1,Demo,u2,1,Completed,2026-01-11T02:00:00Z,2026-01-10T02:00:00Z,ac1,30\nm2,Off,u2,2,Canceled,2026-01-12T02:00:00Z,2026-01-10T02:00:00Z,c1,30",
        email="activityid,subject,ownerid,statecode,directioncode,senton,createdon,regardingobjectid\ne1,Hello,u1,1,True,2026-01-13T02:00:00Z,2026-01-13T02:00:00Z,l1\ne2,Reply,u1,1,False,2026-01-14T02:00:00Z,2026-01-13T02:00:00Z,l1",
        task="activityid,subject,ownerid,statecode,actualend,scheduledend,createdon,regardingobjectid\nt1,Follow up,u2,1,2026-01-15T02:00:00Z,2026-01-14T02:00:00Z,2026-01-13T02:00:00Z,",
    )
    crm = load(tmp_path, SETTINGS)
    assert recognised(crm) == "Dynamics 365"
    columns = (
        "opportunity_id",
        "rep_id",
        "outcome",
        "amount",
        "probability",
        "closed_on",
        "expected_close_on",
        "stage",
    )
    assert rows(crm, "opportunities", *columns) == [
        ("o1", "u1", "won", 1000.0, 1.0, "2026-03-31", "2026-03-01", "4-Close"),
        ("o2", "u2", "lost", 500.0, 0.0, "2026-04-10", "2026-04-01", "2-Develop"),
        ("o3", "u2", "open", 700.0, 0.4, None, "2026-12-01", "1-Qualify"),
    ]
    columns = ("activity_id", "kind", "outcome", "opportunity_id", "account_id", "lead_id", "contact_id")
    assert rows(crm, "activities", *columns) == [
        ("e1", "email", None, None, None, "l1", None),
        ("m1", "meeting", "held", None, "ac1", None, None),
        ("m2", "meeting", "no_show", None, "ac1", None, "c1"),
        ("p1", "call", None, "o1", "ac1", None, None),
        ("t1", "follow_up", None, None, None, None, None),
    ]
    assert rows(crm, "leads", "lead_id", "rep_id", "qualification", "opportunity_id") == [
        ("l1", "u2", "qualified", "o1")
    ]


def test_the_export_of_a_dynamics_view(tmp_path):
    frame = pd.DataFrame(
        {
            "(Do Not Modify) Opportunity": ["o1", "o2"],
            "Topic": ["Alpha", "Beta"],
            "Owner": ["Ani", "Budi"],
            "Status": ["Won", "Open"],
            "Actual Close Date": pd.to_datetime(["2026-03-31", None]),
            "Est. Close Date": pd.to_datetime(["2026-03-01", "2026-12-01"]),
            "Est. Revenue": [1000.0, 20.5],
            "Created On": pd.to_datetime(["2026-01-05 10:00", "2026-01-06 11:00"]),
        }
    )
    frame.to_excel(tmp_path / "All Opportunities 9-30-2026.xlsx", index=False)
    crm = load(tmp_path, SETTINGS)
    assert recognised(crm) == "Dynamics 365"
    assert rows(crm, "opportunities", "opportunity_id", "rep_id", "outcome", "amount", "closed_on") == [
        ("o1", "Ani", "won", 1000.0, "2026-03-31"),
        ("o2", "Budi", "open", 20.5, None),
    ]


# Zoho ------------------------------------------------------------------------------------------


def test_zoho_backup(tmp_path):
    put(
        tmp_path,
        Users="Record Id,First Name,Last Name,Email,Role,Profile\nzcrm_1,Ani,Lestari,ani@x.id,AE,Standard\nzcrm_2,Budi,S,budi@x.id,SDR,Standard",
        Accounts="Record Id,Account Name,Account Owner.id,Account Owner,Industry,Created Time\nzcrm_a,PT Maju,zcrm_1,Ani Lestari,Retail,2025-01-01 10:00:00",
        Contacts="Record Id,First Name,Last Name,Email,Account Name.id,Account Name\nzcrm_c,Rina,W,rina@maju.id,zcrm_a,PT Maju",
        Leads="Record Id,Lead Owner.id,Lead Owner,Company,Created Time,Lead Source\nzcrm_l,zcrm_2,Budi S,PT Baru,2026-01-02 10:00:00,Web",
        Deals="""
            Record Id,Deal Owner.id,Deal Owner,Deal Name,Account Name.id,Account Name,Stage,Amount,Closing Date,Probability (%),Created Time,Type
            zcrm_d1,zcrm_1,Ani Lestari,Alpha,zcrm_a,PT Maju,Closed Won,1000,2026-03-31,100,2026-01-05 10:00:00,New Business
            zcrm_d2,zcrm_2,Budi S,Beta,zcrm_a,PT Maju,Closed Lost to Competition,500,2026-04-10,0,2026-01-06 10:00:00,
            zcrm_d3,zcrm_2,Budi S,Gamma,,,Negotiation,,2026-12-01,60,2026-01-07 10:00:00,
        """,
        Stage__History="Record Id,Deal Name.id,Deal Name,Stage,Modified Time\nh1,zcrm_d1,Alpha,Qualification,2026-01-05 10:00:00\nh2,zcrm_d1,Alpha,Closed Won,2026-03-31 10:00:00",
        Calls="Record Id,Call Owner.id,Subject,Call Type,Call Start Time,Call Duration (in seconds),Call Result,Related To.id,Created Time\nk1,zcrm_1,Intro,Outbound,2026-01-10 10:00:00,120,Interested,zcrm_d1,2026-01-10 10:05:00\nk2,zcrm_2,Intro,Outbound,2026-01-11 10:00:00,,No Response/Busy,,2026-01-11 10:05:00",
        Events="Record Id,Host.id,Title,From,To,Check-In Status,Related To,Created Time\nm1,zcrm_1,Demo,2026-01-12 10:00:00,2026-01-12 11:00:00,VISITED,Alpha,2026-01-12 10:00:00",
        Tasks="Record Id,Task Owner.id,Subject,Due Date,Status,Closed Time,Created Time\nt1,zcrm_2,Follow up,2026-01-13,Completed,2026-01-14 10:00:00,2026-01-12 10:00:00\nt2,zcrm_2,Later,2026-06-13,Not Started,,2026-01-12 10:00:00",
    )
    crm = load(tmp_path, SETTINGS)
    assert recognised(crm) == "Zoho CRM"
    assert found(crm, "unread_tables").empty
    columns = (
        "opportunity_id",
        "rep_id",
        "account_id",
        "outcome",
        "amount",
        "probability",
        "closed_on",
        "type",
    )
    assert rows(crm, "opportunities", *columns) == [
        ("zcrm_d1", "zcrm_1", "zcrm_a", "won", 1000.0, 1.0, "2026-03-31", "new"),
        ("zcrm_d2", "zcrm_2", "zcrm_a", "lost", 500.0, 0.0, "2026-04-10", None),
        ("zcrm_d3", "zcrm_2", None, "open", None, 0.6, None, None),
    ]
    columns = (
        "activity_id",
        "rep_id",
        "kind",
        "outcome",
        "occurred_on",
        "opportunity_id",
        "duration_minutes",
    )
    assert rows(crm, "activities", *columns) == [
        ("k1", "zcrm_1", "call", "conversation", "2026-01-10", "zcrm_d1", 2.0),
        ("k2", "zcrm_2", "call", "no_answer", "2026-01-11", None, None),
        ("m1", "zcrm_1", "meeting", "held", "2026-01-12", "zcrm_d1", None),
        ("t1", "zcrm_2", "follow_up", None, "2026-01-14", None, None),
    ]
    assert rows(crm, "reps", "rep_id", "name", "role") == [
        ("zcrm_1", "Ani Lestari", "AE"),
        ("zcrm_2", "Budi S", "SDR"),
    ]
    assert sorted(rows(crm, "stage_history", "opportunity_id", "stage", "entered_on")) == [
        ("zcrm_d1", "Closed Won", "2026-03-31"),
        ("zcrm_d1", "Qualification", "2026-01-05"),
    ]


# Calendars, mail and logs beside a CRM ---------------------------------------------------------


@pytest.fixture
def canonical(tmp_path):
    frames = tiny.tables()
    del frames["activities"]
    frames["reps"]["email"] = ["ani@corp.id", "budi@corp.id", "citra@corp.id"]
    frames["contacts"] = pd.DataFrame(
        {
            "contact_id": ["c1", "c2"],
            "account_id": ["a1", "a2"],
            "name": ["Rina Wati", "Sari Dewi"],
            "email": ["Rina@maju.id", "sari@sinar.id"],
        }
    )
    for name, frame in frames.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


def test_outlook_calendars_become_meetings(canonical):
    put(
        canonical,
        ani_calendar="""
            Subject,Start Date,Start Time,End Date,End Time,All day event,Meeting Organizer,Required Attendees,Optional Attendees,Location
            Demo,9/15/2026,10:00:00 AM,9/15/2026,11:00:00 AM,False,Ani Lestari,"Ani Lestari; 'Rina Wati' <rina@MAJU.id>",,Jakarta
            Team,9/16/2026,9:00:00 AM,9/16/2026,10:00:00 AM,False,Ani Lestari,Ani Lestari; Budi Santoso,,
            Dentist,9/17/2026,9:00:00 AM,9/17/2026,10:00:00 AM,False,Somebody,,,
        """,
        budi_calendar="""
            Subject,Start Date,Start Time,End Date,End Time,All day event,Meeting Organizer,Required Attendees,Optional Attendees,Location
            Visit,9/18/2026,1:00:00 PM,9/18/2026,2:00:00 PM,False,sari@sinar.id,budi@corp.id;sari@sinar.id,,
            Team,9/16/2026,9:00:00 AM,9/16/2026,10:00:00 AM,False,Ani Lestari,Ani Lestari; Budi Santoso,,
        """,
    )
    crm = load(canonical, SETTINGS)
    assert recognised(crm) == "Outlook"
    columns = ("subject", "rep_id", "kind", "occurred_on", "account_id", "contact_id")
    assert rows(crm, "activities", *columns) == [
        ("Demo", "r1", "meeting", "2026-09-15", "a1", "c1"),
        ("Team", "r1", "internal_meeting", "2026-09-16", None, None),
        ("Visit", "r2", "meeting", "2026-09-18", "a2", "c2"),
    ]
    # The same meeting in two calendars counts once, and what no rep called is nobody's activity.
    assert crm.exclusions.to_dict("records") == [
        {"table": "activities", "reason": "duplicate_row", "rows": 1}
    ]
    assert found(crm, "somebody_else")["rows"].tolist() == [1]


def test_outlook_mail_counts_what_reps_sent(canonical):
    put(
        canonical,
        sent="""
            Subject,From: (Name),From: (Address),To: (Name),To: (Address),Sent
            Offer,Ani Lestari,ani@corp.id,Rina Wati,rina@maju.id,2026-09-15 10:00
            Re: Offer,Rina Wati,rina@maju.id,Ani Lestari,ani@corp.id,2026-09-16 10:00
            Hello,Budi Santoso,BUDI@corp.id,Nobody;Sari,x@y.id;sari@sinar.id,2026-09-17 10:00
        """,
    )
    crm = load(canonical, SETTINGS)
    columns = ("subject", "rep_id", "kind", "occurred_on", "account_id")
    assert rows(crm, "activities", *columns) == [
        ("Hello", "r2", "email", "2026-09-17", "a2"),
        ("Offer", "r1", "email", "2026-09-15", "a1"),
    ]


def test_a_log_kept_in_excel_in_indonesian(canonical):
    pd.DataFrame(
        {
            "Tanggal": pd.to_datetime(["2026-09-14", "2026-09-15", "2026-09-16", "2026-09-17"]),
            "Nama Sales": ["ani lestari", "Budi Santoso", "Budi Santoso", "Budi Santoso"],
            "Jenis Aktivitas": ["Telepon", "Kunjungan", "Kirim penawaran", "Arisan"],
            "Pelanggan": ["PT Maju", "PT Sinar", "PT Lain", None],
            "Hasil": ["Tidak diangkat", "Terlaksana", None, None],
            "Catatan": ["pagi", "demo", None, None],
        }
    ).to_excel(canonical / "Log aktivitas sales.xlsx", index=False)
    crm = load(canonical, SETTINGS)
    assert recognised(crm) == "activity log"
    columns = ("activity_id", "rep_id", "kind", "outcome", "occurred_on", "account_id")
    assert rows(crm, "activities", *columns) == [
        ("Log aktivitas sales.xlsx 2", "r1", "call", "no_answer", "2026-09-14", "a1"),
        ("Log aktivitas sales.xlsx 3", "r2", "meeting", "held", "2026-09-15", "a2"),
        ("Log aktivitas sales.xlsx 4", "r2", "proposal", None, "2026-09-16", "PT Lain"),
        ("Log aktivitas sales.xlsx 5", "r2", "Arisan", None, "2026-09-17", None),
    ]
    # What no rule knows stays as it is and is named with its count.
    assert "'Arisan' (1)" in found(crm, "unmeasured_value")["example"].iloc[0]


# By hand ---------------------------------------------------------------------------------------

BY_HAND = """
as_of = 2026-09-30
attribution = []

[[tables.activities]]
file = "calls_*.csv"
columns = { activity_id = "#file + #row", rep_id = "who", occurred_on = "day", subject = "about" }
constants = { kind = "call" }
where = { Done = true }
deleted = "gone"

[tables.activities.lookups.rep]
table = "reps"
on = { who = "name" }
columns = { rep_id = "rep_id" }
ignore_case = true

[[tables.activities]]
file = ["visits", "visit"]
columns = { activity_id = "no", rep_id = "rep", occurred_on = "day", kind = ["what", "sort"], outcome = "end", subject = "about" }
scale = { duration_minutes = 60 }

[tables.activities.lookups.deal]
file = "links"
on = { no = "visit" }
columns = { opportunity_id = "opp" }

[[kinds]]
subject = "*demo*"
type = "Meeting"
kind = "meeting"
outcome = "held"

[[kinds]]
type = "lunch"
kind = "meeting"
"""


@pytest.fixture
def by_hand(tmp_path):
    frames = tiny.tables()
    for name in ("reps", "accounts", "opportunities"):
        frames[name].to_csv(tmp_path / f"{name}.csv", index=False)
    put(
        tmp_path,
        calls_1="who,day,about,Done,gone\nani lestari,2026-09-01,a,yes,\nAni Lestari,2026-09-02,b,no,",
        calls_2="who,day,about,Done,gone\nBudi Santoso,2026-09-03,c,1,TRUE\nBudi Santoso,2026-09-04,d,ya,0",
        visits="""
            no,rep,day,what,sort,end,about,duration_minutes
            v1,r1,2026-09-05,Meeting,,,Product DEMO for all,2
            v2,r1,2026-09-06,,lunch,held,x,
            v3,r2,2026-09-07,golf,,,demo,
        """,
        links="visit,opp\nv1,o02\nv1,o01\nv2,o05",
    )
    (tmp_path / "client.toml").write_text(BY_HAND, encoding="utf-8")
    return tmp_path


def test_users_do_by_hand_what_presets_do(by_hand):
    crm = load(by_hand)
    columns = (
        "activity_id",
        "rep_id",
        "kind",
        "outcome",
        "occurred_on",
        "opportunity_id",
        "duration_minutes",
    )
    assert rows(crm, "activities", *columns) == [
        ("calls_1.csv 2", "r1", "call", None, "2026-09-01", None, None),
        ("calls_2.csv 3", "r2", "call", None, "2026-09-04", None, None),
        ("v1", "r1", "meeting", "held", "2026-09-05", "o01", 120.0),
        ("v2", "r1", "meeting", "held", "2026-09-06", "o05", None),
        ("v3", "r2", "golf", None, "2026-09-07", None, None),
    ]
    assert crm.rows_in["activities"] == 6
    assert crm.exclusions.to_dict("records") == [{"table": "activities", "reason": "deleted", "rows": 1}]
    assert found(crm, "not_selected")["rows"].tolist() == [1]
    assert found(crm, "lookup_repeated")["rows"].tolist() == [1]


@pytest.mark.parametrize("kept", [20_000_000, 0])
def test_the_same_mapping_reads_parquet_kept_in_memory_or_when_asked_for(by_hand, monkeypatch, kept):
    monkeypatch.setattr("salesanalysis.data.arrange.KEPT_ROWS", kept)
    for file in sorted(by_hand.glob("*.csv")):
        pd.read_csv(file, dtype=str).to_parquet(file.with_suffix(".parquet"))
        file.unlink()
    text = BY_HAND.replace("calls_*.csv", "calls_*.parquet")
    (by_hand / "client.toml").write_text(text, encoding="utf-8")
    crm = load(by_hand)
    assert [
        r[1:5] for r in rows(crm, "activities", "activity_id", "rep_id", "kind", "outcome", "occurred_on")
    ] == [
        ("r1", "call", None, "2026-09-01"),
        ("r2", "call", None, "2026-09-04"),
        ("r1", "meeting", "held", "2026-09-05"),
        ("r1", "meeting", "held", "2026-09-06"),
        ("r2", "golf", None, "2026-09-07"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"visits", "visit"',
            '"visist"',
            r"\[tables\.activities\] names 'visist'.* Did you mean visits\.csv",
        ),
        (
            'rep_id = "rep",',
            'rep_id = "repp",',
            r"column 'rep_id' is declared as 'repp', which is not there\. Did you mean rep\?",
        ),
        (
            "{ Done = true }",
            "{ Dome = true }",
            r"where names 'Dome', which is not there\. Did you mean Done\?",
        ),
        ('{ no = "visit" }', '{ nr = "visit" }', r"lookups\.deal\.on names 'nr', which is not there"),
        (
            '{ no = "visit" }',
            '{ no = "vist" }',
            r"A lookup names column 'vist' of links\.csv.* Did you mean visit\?",
        ),
        ('file = "links"', 'file = "lnks"', r"A lookup names 'lnks'.* Did you mean links\.csv\?"),
        ('"#file + #row"', '"#file + no"', r"is declared as 'no', which is not there"),
    ],
)
def test_a_slip_in_a_mapping_is_named_with_its_remedy(by_hand, old, new, said):
    assert old in BY_HAND
    (by_hand / "client.toml").write_text(BY_HAND.replace(old, new), encoding="utf-8")
    with pytest.raises(DataProblem, match=said):
        load(by_hand)


def test_settings_change_a_preset_where_they_speak(tmp_path):
    put(
        tmp_path,
        **{
            "hubspot-deals": """
                Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Create Date,ARR
                41,Alpha,Signed,2026-03-31 10:00,Ani,1000000,2026-01-05 09:00,7
                42,Beta,Closed lost,2026-04-10 10:00,Ani,,2026-01-06 09:00,8
            """
        },
    )
    (tmp_path / "client.toml").write_text(
        "as_of = 2026-09-30\n[tables.opportunities.columns]\namount = 'ARR'\noutcome = 'Deal Stage'\n"
        "[tables.opportunities.values.outcome]\nSigned = 'won'\n'*' = 'lost'\n",
        encoding="utf-8",
    )
    crm = load(tmp_path)
    assert rows(crm, "opportunities", "opportunity_id", "outcome", "amount") == [
        ("41", "won", 7.0),
        ("42", "lost", 8.0),
    ]


def test_a_preset_can_be_named_or_switched_off(tmp_path):
    put(tmp_path, deals="Record ID,Deal Name,Deal Stage,Close Date,Deal owner\n1,A,Closed won,2026-03-31,Ani")
    assert recognised(load(tmp_path, Client(preset="hubspot"))) == "HubSpot"
    with pytest.raises(DataProblem, match="Table 'opportunities'"):
        load(tmp_path, Client(preset="none"))
    with pytest.raises(DataProblem, match="Table 'opportunities'"):
        load(tmp_path, Client(preset="dynamics"))


# Recognition -----------------------------------------------------------------------------------


def test_canonical_tables_are_no_preset():
    held = {f"{name}.csv": list(frame) for name, frame in tiny.tables().items()}
    seen = recognise(held)
    assert (seen.preset, seen.added, seen.unread) == ("", (), ())
    assert {name: many[0].file for name, many in seen.sources.items()} == {
        n: f"{n}.csv" for n in tiny.tables()
    }


def test_two_files_for_one_table_are_refused_not_guessed(tmp_path):
    put(
        tmp_path,
        Opportunity="Id,StageName,CloseDate,IsWon,OwnerId\n1,x,2026-01-01,true,a",
        sf_opportunity_data="Id,StageName,CloseDate,IsWon,OwnerId\n1,x,2026-01-01,true,a",
        salesforce_opportunity="Id,StageName,CloseDate,IsWon,OwnerId\n1,x,2026-01-01,true,a",
        User="Id,Name,Username\na,Ani,ani",
    )
    assert load(tmp_path).opportunities.count().execute() == 1  # the plain name wins
    (tmp_path / "Opportunity.csv").unlink()
    with pytest.raises(DataProblem, match=r"holds salesforce_opportunity\.csv and sf_opportunity_data\.csv"):
        load(tmp_path)


def test_hundreds_of_unknown_columns_neither_slow_nor_break(tmp_path):
    extra = {f"Custom_{i}__c": ["x", None] * 500 for i in range(368)}
    frame = pd.DataFrame(
        {
            "Id": [f"006{i:04}" for i in range(1000)],
            "StageName": "Closed Won",
            "CloseDate": "2026-03-31",
            "IsWon": "true",
            "IsClosed": "true",
            "OwnerId": "a",
            "CreatedDate": "2026-01-01",
            **extra,
        }
    )
    frame.to_csv(tmp_path / "Opportunity.csv", index=False)
    put(tmp_path, User="Id,Name,Username\na,Ani,ani")
    crm = load(tmp_path)
    assert crm.opportunities.count().execute() == 1000
    assert found(crm, "ignored_columns", "opportunities")["example"].iloc[0].endswith("and 328 more")
    assert len(crm.opportunities.columns) < 20


def test_every_preset_reads_and_speaks_of_known_tables():
    assert [p.name for p in presets()] == [
        "dynamics",
        "excel_log",
        "hubspot",
        "outlook",
        "pipedrive",
        "salesforce",
        "zoho",
    ]
    for one in presets():
        assert one.tables and all(s.needs for many in one.tables.values() for s in many)
        assert one.adds == (one.name in ("outlook", "excel_log"))
    assert len(common_kinds()) > 50


# Rules and names of activities -----------------------------------------------------------------


def test_names_of_activities_are_those_that_are_measured():
    assert ACTIVITIES == MEASURES


@pytest.mark.parametrize("key", ["family", "funnel", "reactive"])
def test_an_unknown_activity_in_the_settings_is_refused(key):
    settings = Client(as_of=tiny.AS_OF, **{key: ("callls",)})
    with pytest.raises(DataProblem, match=rf"Unknown activity 'callls' in '{key}'.* Did you mean calls"):
        load(tiny.tables(), settings)


def test_a_kind_that_the_data_has_may_be_named():
    frames = tiny.tables()
    frames["activities"].loc[0, "kind"] = "golf"
    assert load(frames, Client(as_of=tiny.AS_OF, family=("golf", "calls"))).client.family == ("golf", "calls")


def test_a_day_far_ahead_of_the_data_is_refused():
    with pytest.raises(
        DataProblem, match=r"as_of is 2062-09-30, but the last event in the data is of 2026-09-21"
    ):
        load(tiny.tables(), as_of="2062-09-30")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"kind": "call"}, "fits everything"),
        ({"type": "x"}, "says nothing"),
        (
            {"tipe": "x", "kind": "call"},
            r"Unknown key 'tipe' in \[\[kinds\]\] number 1 of .*Did you mean type",
        ),
        ({"type": 3, "kind": "call"}, "must be text in quotes"),
    ],
)
def test_rules_are_read_strictly(rule, said):
    with pytest.raises(InvalidInput, match=said):
        Client.from_dict({"kinds": [rule]})
