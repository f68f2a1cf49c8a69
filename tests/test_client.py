"""Settings: read strictly, every mistake named with its place and a close match; the template reads back."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from salesanalysis.core.client import Client, TableSource
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.kind import KindRule
from salesanalysis.core.schema import SCHEMA
from salesanalysis.data import write_client


def read(tmp_path, text: str) -> Client:
    (tmp_path / "client.toml").write_text(text, encoding="utf-8")
    return Client.read(tmp_path)


def test_values_are_read_with_their_types(tmp_path):
    client = read(
        tmp_path,
        """
name = "Acme"
language = "id"
currency = "USD"
as_of = 2026-09-30
stages = ["one", "two"]
max_loss = 0
[tables.opportunities]
file = "sales.csv"
date_format = "%d/%m/%Y"
[tables.opportunities.columns]
amount = "Value"
[tables.opportunities.date_formats]
closed_on = "%Y"
[tables.opportunities.values.outcome]
Won = "won"
[tables.opportunities.constants]
region = "West"
""",
    )
    assert (client.name, client.as_of, client.stages, client.max_loss) == (
        "Acme",
        date(2026, 9, 30),
        ("one", "two"),
        0.0,
    )
    assert client.path == (tmp_path / "client.toml").resolve()
    table = client.tables["opportunities"]
    assert table.columns == {"amount": "Value"}
    assert table.values == {"outcome": {"Won": "won"}}
    assert table.constants == {"region": "West"}
    assert table.date_formats == {"closed_on": "%Y"}
    assert client.words.currency == "USD"
    assert client.with_language("en").language == "en"
    assert client.with_language("") is client


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nmae = "x"', r"Unknown key 'nmae' in .*client\.toml\. Did you mean name\?"),
        ("name = 3", r"'name' in .* is 3; it must be text in quotes"),
        ("minimum_base = 0", r"'minimum_base' in .* is 0; it must lie between 1 and"),
        ('minimum_base = "20"', r"'minimum_base' in .* is '20'; it must be a whole number"),
        ("minimum_base = true", r"'minimum_base' in .* is True; it must be a whole number"),
        ("fiscal_year_start = 13", r"is 13; it must lie between 1 and 12"),
        ("max_loss = 1.5", r"'max_loss' in .* is 1\.5; it is a share"),
        ('as_of = "yesterday"', r"'as_of' in .* is 'yesterday'; write a day such as 2026-09-30"),
        ('language = "fr"', r"'language' in .*: Unknown language 'fr'\. Known: en, id"),
        ('currency = "rupiah"', r"'currency' in .* is 'rupiah'; write an ISO 4217 code"),
        ('country = "XX"', r"'country' in .*: No public holidays known for country 'XX'"),
        ('preset = "salesfroce"', r"Unknown preset 'salesfroce' in .*\. Did you mean salesforce\?"),
        ('attribution = ["lnk"]', r"Unknown value 'lnk' of 'attribution' in .*\. Did you mean link\?"),
        ("[[kinds]]\nkind = 'call'", r"\[\[kinds\]\] number 1 of .* fits everything"),
        ("philosophy = 'A'", r"'philosophy' in .* must be a section, such as calls"),
        ("[philosophy]\ncalls = 1", r"'calls' in \[philosophy\] of .* it must be text in quotes"),
        (
            "[philosophy]\ncalls = 'C minimun'",
            r"Unknown value 'C minimun' of 'calls' in \[philosophy\] of .*Did you mean C minimum",
        ),
        ("kinds = 3", r"'kinds' in .* must be a list of rules"),
        (
            "[[tables.reps]]\nfiel = 'x'",
            r"Unknown key 'fiel' in \[\[tables\.reps\]\] number 1 of .*Did you mean file",
        ),
        ("[tables.reps]\nfile = 3", r"'file' in .* is 3; it must be a text in quotes, or a list"),
        ("[tables.reps]\ndistinct = 1", r"'distinct' in .* is 1; it must be true or false"),
        ("[tables.reps]\nonly_with = 'rpe_id'", r"Unknown column 'rpe_id' .* Did you mean rep_id"),
        ("[tables.reps.scale]\nannual_cost = 0", r"'scale\.annual_cost' in .* is 0; it must be above 0"),
        (
            "[tables.reps]\nwhere = { a = 3 }",
            r"'where\.a' in .* is 3; write a text, a list of texts, true or false",
        ),
        ("[tables.reps.cases]\nteam = 'x'", r"'cases\.team' in .* must be a list such as"),
        ("[tables.reps.cases]\nteam = [{ when = {} }]", r"'cases\.team' in .* lacks 'is'"),
        ("[tables.reps.lookups.a]\non = { a = 'b' }", r"lookup 'a' in .* must name a file, or a table"),
        (
            "[tables.reps.lookups.a]\nfile = 'f'\neach = true\non = { a = 'b', c = 'd' }",
            r"lookup 'a' in .* has each = true and 2 columns",
        ),
        ("[tables.reps.lookups.a]\nfile = 'f'", r"lookup 'a' in .* lacks 'on'"),
        (
            "[tables.reps.lookups.a]\ntable = 'rep'\non = { a = 'b' }",
            r"Unknown table 'rep' in .*Did you mean reps",
        ),
        ('timezone = "Jakarta"', r"Unknown timezone 'Jakarta' in .*; write a name such as Asia/Jakarta"),
        ('stages = "one"', r"'stages' in .* must be a list of texts"),
        ("stages = [1]", r"'stages' in .* must be a list of texts"),
        ("tables = 1", r"it must be a table such as \[tables\.opportunities\]"),
        (
            "[tables.opportunity]",
            r"Unknown table \[tables\.opportunity\] in .*\. Did you mean opportunities",
        ),
        ("[tables.reps]\nfiel = 'x'", r"Unknown key 'fiel' in \[tables\.reps\] of .*\. Did you mean file\?"),
        (
            "[tables.reps.columns]\nrepid = 'x'",
            r"Unknown column 'repid' in \[tables\.reps\] of .*\. Did you mean rep_id\?",
        ),
        ("[tables.reps.columns]\nrep_id = 3", r"'columns\.rep_id' in .* is 3; it must be text in quotes"),
        ("[tables.reps.values]\nteam = 'x'", r"'values\.team' in .* it must be a table such as"),
        ("[tables.reps.values.team]\na = 1", r"'values\.team\.a' in .* is 1; it must be text"),
        ("[tables.reps.date_formats]\nhird_on = 'x'", r"Unknown column 'hird_on' .* Did you mean hired_on\?"),
        ('name = "x\n', r"is not valid TOML: .*line 1"),
    ],
)
def test_every_mistake_names_its_place_and_remedy(tmp_path, text, said):
    with pytest.raises(InvalidInput, match=said):
        read(tmp_path, text)


def test_files_that_are_not_there_or_not_text(tmp_path):
    with pytest.raises(InvalidInput, match=r"No settings file at .*Write one with: salesanalysis new"):
        Client.read(tmp_path)
    (tmp_path / "client.toml").write_bytes(b'name = "Caf\xe9"')
    with pytest.raises(InvalidInput, match=r"is not UTF-8 text \(byte 11\)"):
        Client.read(tmp_path)


def test_the_template_teaches_every_key_and_reads_back(tmp_path):
    path = write_client(tmp_path / "acme", name='PT "Maju"\\x', source="exports")
    client = Client.read(path)
    assert (client.name, client.source) == ('PT "Maju"\\x', "exports")
    text = path.read_text(encoding="utf-8")
    keys = {f.name for f in fields(Client)} - {"path", "tables"} | {f.name for f in fields(TableSource)}
    for key in keys:
        assert f"{key} = " in text or f".{key}" in text or f"[{key}]" in text, key
    for name, table in SCHEMA.items():
        assert f"#   {name}:" in text
        for column in table.columns:
            assert f" {column}" in text


def test_the_examples_of_the_template_read_too(tmp_path):
    text = write_client(tmp_path, name="Acme").read_text(encoding="utf-8")
    lines = [
        line.removeprefix("# ")
        for line in text.splitlines()
        if not line.startswith("#")
        or line.startswith(("# [", "# as_of", "# stages", "# funnel", "# family", "# preset", "# margin"))
        or (line.startswith("# ") and " = " in line and not line[2].isupper())
    ]
    client = read(tmp_path, "\n".join(lines))
    assert client.as_of == date(2026, 9, 30)
    table = client.tables["opportunities"]
    assert table.values["type"] == {"New Business": "new", "*": "expansion"}
    assert table.sources("closed_on") == ("Closed", "Close Date")
    assert [case.value for case in table.cases["outcome"]] == ["won", "lost"]
    assert table.where == {"Type": ("Deal",), "Test": (False,)}
    assert table.lookups["owner"].on == {"Owner": ("Login",)}
    calls, visits = client.tables["activities"]
    assert calls.constants == {"kind": "call"}
    assert (visits.files, visits.alternative, visits.by_name) == (("visits.xlsx", "visits.csv"), True, False)
    assert client.sources("stage_history")[0].changes_of == "stage"
    assert client.kinds == (KindRule(subject="*demo*", type="Meeting", kind="meeting", outcome="held"),)


def test_the_template_never_overwrites_and_says_where_it_cannot_write(tmp_path):
    write_client(tmp_path)
    with pytest.raises(InvalidInput, match="exists already"):
        write_client(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="Cannot write"):
        write_client(tmp_path / "file" / "inside")


def test_settings_saved_by_notepad_are_read(tmp_path):
    text = 'name = "Acme"\r\nlanguage = "id"\r\n'
    (tmp_path / "client.toml").write_bytes(text.encode("utf-8-sig"))
    assert (Client.read(tmp_path).name, Client.read(tmp_path).language) == ("Acme", "id")
