"""Values are data: none becomes code in a notebook, and no settings file can run anything."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import duckdb
import hostile
import pandas as pd
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st
from papermill.parameterize import parameterize_notebook
from papermill.translators import papermill_translators

from salesanalysis.core import playbook
from salesanalysis.core.client import Client
from salesanalysis.core.errors import InvalidInput, SalesAnalysisError
from salesanalysis.data import load
from salesanalysis.report import notebook

PACKAGE = Path(notebook.__file__).parents[1]
QUOTES = (
    '"""',
    "'''",
    '"',
    "'",
    "\\",
    '\\"',
    "\n",
    "\r",
    "\u2028",
    "\x00",
    "{x}",
    "%s",
    "#",
    "; import os",
    "\\N{DASH}",
)
TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*QUOTES, *hostile.mixed(40)]), max_size=4).map("".join),
)


def injected(values: dict[str, object]) -> dict[str, object]:
    """Return the values that the parameters put into a notebook are, read as literals and nothing else."""
    code = papermill_translators.find_translator("python3", "python").codify(values)
    told = {}
    for line in ast.parse(code).body:
        assert isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name), ast.dump(line)
        if isinstance(line.value, ast.Call):  # float('nan') and its like have no literal
            assert re.fullmatch(r"float\('-?(nan|inf)'\)", ast.unparse(line.value))
            told[line.targets[0].id] = float(line.value.args[0].value)
        else:
            told[line.targets[0].id] = ast.literal_eval(line.value)
    return told


COACHING = notebook.find("coaching")


@settings(max_examples=60)
@given(TEXTS)
def test_a_text_put_into_a_notebook_is_that_text(text):
    values = COACHING.check({"rep": text})
    assert injected(values) == {"rep": text}


@given(st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False)))
def test_numbers_put_into_a_notebook_are_those_numbers(value):
    kind = type(value).__name__
    read = notebook.Parameter("x", kind, value, "").read(value, where="here")
    assert injected({"x": read})["x"] == value


@pytest.mark.parametrize("name", hostile.names()[::9])
def test_hostile_values_stay_values(name):
    assert injected(notebook.find("coaching").check({"rep": name})) == {"rep": name}


def test_a_notebook_gets_one_cell_of_assignments():
    from papermill.iorw import load_notebook_node

    found = load_notebook_node(str(notebook.find("coaching").path))
    said = '"\n__import__("os").abort()\n%run x\n!id\n?'
    made = parameterize_notebook(found, {"rep": said}, kernel_name="python3", language="python")
    cell = next(c for c in made.cells if "injected-parameters" in c.metadata.get("tags", ()))
    assert len(cell.source.strip().splitlines()) == 2  # a comment and one assignment
    from IPython.core.inputtransformer2 import TransformerManager

    assert TransformerManager().transform_cell(cell.source).strip() == cell.source.strip(), (
        "IPython saw magic"
    )


@pytest.mark.parametrize(
    "value",
    [["a"], {"a": 1}, None, b"x", 1, True, 1.5, object(), lambda: 1, Path("x")],
    ids=lambda v: type(v).__name__,
)
def test_what_is_no_text_is_refused_before_anything_starts(value):
    with pytest.raises(InvalidInput, match="must be a text"):
        notebook.find("coaching").check({"rep": value})


@pytest.mark.parametrize("name", ["rep; import os", "__import__('os')", "rep=1\nx", "rep ", "", "REP"])
def test_only_names_of_the_parameters_cell_are_taken(name):
    with pytest.raises(InvalidInput, match="Unknown parameter"):
        notebook.find("coaching").check({name: "x"})


@pytest.mark.parametrize(
    "line",
    [
        "x: str = __import__('os').system('id')",
        "x: str = open('/etc/passwd').read()",
        "x: str = f'{1}'",
        "x: str = 'a' if True else 'b'",
        "import os",
        "x = 1",
        "x: (lambda: 1)() = 1",
    ],
)
def test_a_parameters_cell_is_read_and_not_run(line, tmp_path):
    import nbformat

    cell = nbformat.v4.new_code_cell(line, metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "own.ipynb")
    with pytest.raises(InvalidInput):
        notebook.find(str(tmp_path / "own.ipynb"))


# Settings ---------------------------------------------------------------------------------------


def test_nothing_in_the_package_can_run_what_a_file_says():
    """No eval, no pickle but in the private store of a batch, no YAML, no shell."""
    allowed = {("__main__.py", "exec")}  # clears a mark of CPython; it runs the empty text
    names_of_danger = re.compile(
        r"eval|exec|compile|__import__|yaml|marshal|dill|joblib|shelve|pickle|shell|os\."
    )
    for path in sorted(PACKAGE.rglob("*.py")):
        place, source = path.relative_to(PACKAGE).as_posix(), path.read_text("utf-8")
        tree = ast.parse(source if names_of_danger.search(source) else "")
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {a.name for a in node.names} | {getattr(node, "module", "") or ""}
                assert not names & {"yaml", "marshal", "dill", "joblib", "shelve"}, place
                assert "pickle" not in names or place == "core/stored.py", place
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else ""
                if called in ("eval", "exec", "compile", "__import__"):
                    assert (place, called) in allowed and ast.unparse(node.args[0]) == "''", place
                assert not any(k.arg == "shell" for k in node.keywords), place
                assert ast.unparse(node.func) not in ("os.system", "os.popen"), place


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "source", "stages", "preset", "country"]), TEXTS, max_size=2))
def test_settings_are_taken_as_text_or_refused(said):
    try:
        client = Client.from_dict(said)
    except InvalidInput:
        return
    assert client.name == said.get("name", "Sales")


def test_braces_in_a_playbook_are_text(tmp_path):
    words = dict.fromkeys(("heading", "lever", "watch"), "{x.__class__} {0} {{ 7*7 }} %s")
    entry = "".join(f"{k} = {hostile.toml_text(v)}\n" for k, v in words.items())
    path = tmp_path / "playbook.toml"
    path.write_text(f'[win.en]\n{entry}questions = ["{{0}}", "{{count}}", "b"]\n', encoding="utf-8")
    found = playbook.read(path)["win"].words["en"]
    assert found.heading == words["heading"] and found.questions[0] == "{0}"


# Identifiers ------------------------------------------------------------------------------------

ODD = (
    *(
        'a"b',
        "a'b",
        "a;b",
        "a--b",
        "a b",
        "a.b",
        "a*b",
        "a[1]b",
        "a{1}b",
        "a,b",
        "a(b",
        "ä",
        "a%b",
        "a\\b",
        "a?b",
    ),
    *(
        "'; DROP TABLE reps; --",
        '"; DROP TABLE reps; --',
        "x') OR ('1'='1",
        "__row",
        "#row",
        "select",
        "reps.name",
    ),
    *(
        "{name}",
        "$1",
        "${HOME}",
        ":x",
        "?",
        "\u202e",
        "CASE WHEN 1 THEN 2 END",
        "a\nb",
        "a\tb",
        "/* x */",
        "-- x",
    ),
)


def odd_company(name: str) -> tuple[dict[str, pd.DataFrame], dict]:
    """Return a company whose reps are in a table and columns of this name, and the settings that say so."""
    tables = {n: f for n, f in tiny.tables().items() if n in ("reps", "opportunities")}
    people = tables.pop("reps").rename(columns={"name": name, "team": f"{name} team"})
    said = {"file": name, "columns": {"name": name, "team": f"{name} team"}}
    return {**tables, name: people}, {"as_of": "2026-09-30", "tables": {"reps": said}}


@pytest.mark.parametrize("name", ODD[::5])
def test_columns_and_tables_may_have_any_name(name):
    tables, said = odd_company(name)
    try:
        crm = load(tables, Client.from_dict(said))
    except SalesAnalysisError as error:
        assert any(c in name for c in "#*?+/") or name == "__row", str(
            error
        )  # signs that mean something there
        return
    assert sorted(crm.reps()["name"]) == ["Ani Lestari", "Budi Santoso", "Citra Putri"]
    assert sorted(crm.reps()["team"].dropna().unique()) == ["Jakarta", "Surabaya"]


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
@pytest.mark.parametrize("name", [n for n in ODD[::11] if "/" not in n])
def test_files_and_folders_may_have_any_name(name, ending, tmp_path):
    folder = tmp_path / f"in {name}"
    folder.mkdir()
    frame = pd.DataFrame({"rep_id": ["r1"], name: ["Ani"]})
    deals = tiny.tables()["opportunities"].assign(rep_id="r1")
    file = f"{name}.{ending}"
    for table, path in ((frame, folder / file), (deals, folder / f"opportunities.{ending}")):
        if ending == "csv":
            table.to_csv(path, index=False)
        elif ending == "parquet":
            table.to_parquet(path)
        else:
            table.to_json(path, orient="records")
    said = {"as_of": "2026-09-30", "tables": {"reps": {"file": file, "columns": {"name": name}}}}
    try:
        crm = load(folder, Client.from_dict(said))
    except SalesAnalysisError as error:
        assert any(c in name for c in "#*?+") or name == "__row", str(error)
        return
    assert crm.reps()["name"].tolist() == ["Ani"]


def test_a_duckdb_file_may_have_tables_of_any_name(tmp_path):
    path = tmp_path / "a'b;[x]\".duckdb"
    con = duckdb.connect(str(path))
    tables, said = odd_company("'; DROP TABLE reps; --\"")
    for name, frame in tables.items():
        con.register("incoming", frame)
        con.execute('CREATE TABLE "' + name.replace('"', '""') + '" AS FROM incoming')
    con.close()
    assert load(path, Client.from_dict(said)).rows_in["reps"] == 3


@settings(max_examples=5, deadline=None)
@given(st.text(min_size=1, max_size=12))
def test_any_value_can_be_mapped_or_asked_for(text):
    reps, deals = (tiny.tables()[n] for n in ("reps", "opportunities"))
    tables = {"reps": reps.assign(team=text), "opportunities": deals}
    said = {
        "tables": {"reps": {"values": {"role": {text: "AE", "*": text}}, "where": {"role": [text, "AE"]}}}
    }
    try:
        crm = load(tables, Client.from_dict({"as_of": "2026-09-30", "max_loss": 1, **said}))
    except SalesAnalysisError:
        return
    assert set(crm.reps()["team"].dropna()) <= {text.strip(hostile.BLANKS)}
