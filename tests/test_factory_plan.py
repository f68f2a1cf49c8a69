"""Plans: read strictly and wholly, every mistake at once, and nothing in them can run."""

from __future__ import annotations

import shutil

import pytest
from factory_cases import PLAN, ROOT

from salesanalysis.core import versions
from salesanalysis.core.errors import InvalidInput
from salesanalysis.core.share import PACKAGE
from salesanalysis.factory import fingerprint, look, read_plan, write_batch_plan
from salesanalysis.factory.lines import lines
from salesanalysis.factory.look import Company, Person, look_at
from salesanalysis.factory.plan import Recipient
from salesanalysis.factory.recipients import is_for, parcels
from salesanalysis.factory.tasks import Task, tasks
from salesanalysis.report import complete, notebook


def refused(folder, text: str) -> str:
    path = folder / "wrong.toml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as error:
        read_plan(path)
    return str(error.value)


def test_the_example_is_a_plan_and_is_not_written_over(tmp_path):
    path = write_batch_plan(tmp_path)
    plan = read_plan(path)
    assert [client.key for client in plan] == ["demo"]
    assert [one.report.name for one in plan.clients[0].reports] == ["coaching", "leaderboard"]
    assert plan.clients[0].reports[0].period == "2026-Q3"
    with pytest.raises(InvalidInput, match="kept"):
        write_batch_plan(tmp_path)


def test_what_is_commented_out_in_the_example_is_right_too(tmp_path, plan_place):
    text = write_batch_plan(tmp_path).read_text()
    opened = [line.removeprefix("# ") if line.startswith("# [") else line for line in text.splitlines()]
    keys = ("notebook =", "folder =", "languages =", "rep =", "clients =", "editions =", "each =")
    opened = [
        line.removeprefix("# ") if line.startswith(tuple(f"# {k}" for k in keys)) else line for line in opened
    ]
    shutil.copy(plan_place / "small.ipynb", tmp_path / "own.ipynb")
    shutil.copytree(plan_place / "acme", tmp_path / "clients" / "acme")
    (tmp_path / "whole.toml").write_text("\n".join(opened))
    plan = read_plan(tmp_path / "whole.toml")
    assert [client.key for client in plan] == ["demo", "acme"]
    assert plan.clients[1].reports[0].who == ("Ayu Kartika", "R02")
    assert plan.clients[1].reports[0].languages == ("id",)
    assert plan.recipients[-1].each == "rep"


def test_the_plan_of_the_documentation_is_one(tmp_path, plan_place):
    text = (
        (ROOT / "docs" / "batches.md")
        .read_text(encoding="utf-8")
        .partition("```toml\n")[2]
        .partition("```")[0]
    )
    for client in ("acme", "beta"):
        shutil.copytree(plan_place / client, tmp_path / "clients" / client)
    (tmp_path / "plan.toml").write_text(text)
    acme, beta = read_plan(tmp_path / "plan.toml").clients
    assert [one.report.name for one in acme.reports] == ["coaching", "leaderboard"]
    assert acme.reports[1].parameters == {"by": "bookings"} and acme.reports[1].who == ("", "each")
    assert beta.reports[0].languages == ("en",) and beta.reports[0].who == ("Ayu Kartika", "R02")


def test_every_mistake_is_listed_at_once_with_line_key_and_remedy(plan_place):
    said = refused(
        plan_place,
        """\
nam = "x"
languages = ["en", "fr"]
formats = "docx"
delivery = "s3://me:hunter2@host/crm"
[[reports]]
report = "coachin"
[[reports]]
report = "coaching"
team = "each"
editions = ["client"]
parameters = { rep = "R01", timess = 3 }
[[reports]]
notebook = "small.ipynb"
parameters = { times = "many" }
[clients.acme]
folder = "acm"
[clients."../evil"]
folder = "acme"
[clients.secret]
source = "postgresql://me:hunter2@host/crm"
[clients.strange]
folder = "http://me:hunter2@host/crm"
[recipients.Dewi]
clients = ["acne"]
""",
    )
    for told in (
        "line 1, nam: unknown key 'nam'. Did you mean name?",
        "line 2, languages: report coaching has no language 'fr'",
        "line 3, formats: unknown format 'docx'",
        "line 6, reports[1].report: Unknown report 'coachin'. Did you mean coaching",
        "line 9, reports[2].team: report coaching has no parameter 'team'. It has: rep.",
        "line 10, reports[2].editions: report coaching has no edition 'client'",
        "reports[2].parameters.rep: a plan says this with the key: rep.",
        "Unknown parameter 'timess'",
        "must be a whole number",
        "line 16, clients.acme.folder: there is nothing at 'acm'. Did you mean acme?",
        "write letters, digits, dashes and no path",
        "the address holds a password or token",
        "unknown client 'acne'. Did you mean acme?",
        "say which editions (manager, rep, client) are for 'Dewi'",
        "nothing was started",
    ):
        assert told in said, f"{told}\n\n{said}"
    assert "hunter2" not in said and said.count("holds a password") == 3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('out = "delivery"', 'out = "{client}/{day}"'), "place-holder other than {client}"),
        (("[clients.beta]", "[clients.ACME]"), "would be that of 'acme' where capitals do not count"),
        (('rep = "each"', 'rep = "each"\nteam = "each"'), "for each rep already"),
        (('each = "rep"', ""), "an edition for a rep is that rep's alone"),
        (('period = "2026-Q3"', 'period = "2026-Q7"'), "2026-Q7"),
        (('notebook = "small.ipynb"', 'notebook = "s3://evil/small.ipynb"'), "a file of this machine"),
        (("[clients.beta]", "[clients.recipients]"), "is that of the parcels"),
        (('folder = "beta"', "folder = 7"), "must be a text in quotes"),
        (('languages = ["en"]', "x = " + "[" * 3000 + "]" * 3000), "lists within lists"),
    ],
)
def test_one_mistake(plan_place, change, told):
    assert told in refused(plan_place, PLAN.replace(*change))


@pytest.mark.parametrize("clients", ["", "[clients]"])
def test_a_plan_for_nobody_is_refused(plan_place, clients):
    assert "no clients. Name one" in refused(plan_place, f'[[reports]]\nreport = "coaching"\n{clients}')


def test_a_name_that_nobody_reads_to_its_end_is_cut_in_messages(plan_place):
    said = refused(plan_place, f'[[reports]]\nreport = "{"x" * 100_000}"\n[clients.acme]\nfolder = "acme"')
    assert "x…'. Known: " in said and len(said) < 1000


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("", ("{client}", "")),
        ("reports/", ("reports/{client}", "reports")),
        ("clients/{client}/out", ("clients/{client}/out", "clients")),
        ("s3://bucket/a", ("s3://bucket/a/{client}", "s3://bucket/a")),
    ],
)
def test_each_client_has_a_folder_below_that_of_the_delivery(plan_place, out, told):
    path = plan_place / "out.toml"
    path.write_text(PLAN.replace('out = "delivery"', f'out = "{out}"'))
    plan = read_plan(path)
    assert (plan.out, plan.delivery) == tuple(t if "://" in t else str(plan_place / t) for t in told)


def test_a_missing_file_and_no_toml_are_told(plan_place):
    with pytest.raises(InvalidInput, match="--batch"):
        read_plan(plan_place / "none.toml")
    assert "not valid TOML" in refused(plan_place, "name = ")
    assert "no reports" in refused(plan_place, "") and "no clients" in refused(plan_place, "")


def test_lines_of_nested_tables_and_lists():
    found = lines('[a."b c"]\nd = 1\n[[e]]\nf = 1\n[[e]]\nf = 2\n[e.g]\nh = 3\n')
    assert found["a", "b c", "d"] == 2 and found["e", 1, "f"] == 6 and found["e", 1, "g", "h"] == 8


PEOPLE = (Person("R01", "Ani", "North"), Person("R02", "Budi", "North"), Person("R03", "Citra", "South"))


def company(key: str) -> Company:
    return Company(key, key.upper(), {"data": "1", "settings": "2"}, PEOPLE, {"2026-Q3": PEOPLE})


def test_tasks_are_the_product_in_order_and_each_once(plan_place):
    plan = read_plan(plan_place / "plan.toml")
    found = tasks(plan, {"acme": company("acme"), "beta": company("beta")})
    assert len(found) == 2 * 3 * 2
    assert [task.client for task in found] == ["acme"] * 6 + ["beta"] * 6
    assert {task.about for task in found} == {"R01", "R02", "R03"}
    assert len({(task.client, task.key) for task in found}) == 12


def test_people_whom_the_data_do_not_have_are_a_mistake_of_the_plan(plan_place):
    path = plan_place / "people.toml"
    path.write_text(
        PLAN.replace('rep = "each"', 'rep = ["ani", "Bud"]').replace('teams = ["North"]', 'teams = ["Nort"]')
    )
    with pytest.raises(InvalidInput) as error:
        tasks(read_plan(path), {"acme": company("acme"), "beta": company("beta")})
    said = str(error.value)
    assert "ACME has no rep 'Bud'. Did you mean Budi?" in said and "BETA has no rep 'Bud'" in said
    assert "unknown 'Nort'. Did you mean North?" in said


def test_two_reports_of_one_name_are_a_mistake(plan_place):
    path = plan_place / "twice.toml"
    again = (
        '[[reports]]\nnotebook = "small.ipynb"\nrep = "each"\nparameters = { times = 8 }\n\n[clients.acme]'
    )
    path.write_text(PLAN.replace("[clients.acme]", again))
    with pytest.raises(InvalidInput, match="asked for twice with another times"):
        tasks(read_plan(path), {"acme": company("acme"), "beta": company("beta")})


def test_nobody_gets_another_client_edition_or_person(plan_place):
    plan = read_plan(plan_place / "plan.toml")
    found = tasks(plan, {"acme": company("acme"), "beta": company("beta")})
    north, reps = plan.recipients
    mine = [task for task in found if is_for(north, task)]
    assert {(t.client, t.edition) for t in mine} == {("acme", "manager")}
    assert {t.about for t in mine} == {"R01", "R02"}
    made = parcels([reps], found)
    assert len(made) == 6 and len({one.file for one in made}) == 6
    for one in made:
        tasks_in = [found[n] for n in one.reports]
        assert len({(t.client, t.about) for t in tasks_in}) == 1
        assert {t.edition for t in tasks_in} == {"rep"}


def test_names_of_parcels_are_plain_and_differ():
    task = Task("acme", notebook.find("goals"), {})
    names = ["../../etc/passwd", "A/B", "a b", "<script>", "", "\u202e"]
    made = parcels([Recipient(name, ("acme",), ("manager",)) for name in names], [task])
    files = [one.file for one in made]
    assert len(set(files)) == len(files) == 6
    assert all("/" not in file and not file.startswith(".") and file.endswith(".zip") for file in files)


def test_fingerprints_follow_what_they_are_made_from(plan_place, tmp_path):
    folder = tmp_path / "acme"
    shutil.copytree(plan_place / "acme", folder)
    report = notebook.find(str(plan_place / "small.ipynb"))

    def now(**values):
        values = {"client": str(folder), **values}
        return fingerprint.parts(report, values, fingerprint.of_company(str(folder), ""))

    first = now(rep="R01")
    assert now(rep="R01") == first == now(rep="R01", source="", times=7)
    assert {k for k, v in now(rep="R02").items() if v != first[k]} == {"parameters"}
    with (folder / "data" / "reps.csv").open("a") as file:
        file.write("R04,Dian,South\n")
    assert {k for k, v in now(rep="R01").items() if v != first[k]} == {"data"}
    with (folder / "client.toml").open("a") as file:
        file.write("minimum_base = 30\n")
    assert {k for k, v in now(rep="R01").items() if v != first[k]} == {"data", "settings"}


def test_data_that_cannot_be_loaded_are_told_and_the_others_looked_at(plan_place, tmp_path):
    shutil.copytree(plan_place, tmp_path / "all", dirs_exist_ok=True)
    (tmp_path / "all" / "beta" / "data" / "reps.csv").unlink()
    found = look_at(read_plan(tmp_path / "all" / "plan.toml").clients, workers=2)
    assert found["beta"].problem and not found["acme"].problem
    assert [p.rep_id for p in found["acme"].active["2026-Q3"]] == ["R01", "R02", "R03"]


def test_a_client_whose_reading_process_dies_is_told_and_the_others_looked_at(plan_place, monkeypatch):
    def dies(client):
        if client.key == "beta":
            raise ValueError("no such thing")
        return Company(client.key)

    monkeypatch.setattr(look, "look", dies)
    found = look_at(read_plan(plan_place / "plan.toml").clients, workers=2)
    assert not found["acme"].problem
    assert "ended by itself (ValueError: no such thing). Run again" in found["beta"].problem


def test_plans_are_completed_after_a_tab(plan_place, monkeypatch):
    monkeypatch.chdir(plan_place)
    assert complete.plans("pl") == ["plan.toml"] and complete.plans("ac") == ["acme/"]
    assert complete.plans("acme/") == ["acme/data/"] and complete.plans("none/x") == []


def test_code_counts_unless_it_only_asks_for_reports():
    counted = set(versions.files())
    assert {"kpi/panel.py", "mappings/hubspot.toml", "locale/id/report.po"} <= counted
    assert {"templates/index/index.html.j2", "templates/salesreport/report.typ"} <= counted
    package = {
        p.relative_to(PACKAGE).as_posix() for p in PACKAGE.rglob("*") if p.suffix in (".py", ".po", ".toml")
    }
    assert {name.split("/")[0] for name in package - counted} == set(versions.ASKING)
