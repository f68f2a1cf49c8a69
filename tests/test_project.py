"""The project's own papers agree with each other: dependencies, lock file, documents, catalogues."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from salesanalysis.core.i18n import catalogue

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

#: Names on conda-forge where they differ from those in pyproject.toml.
CONDA = {"ibis-framework[duckdb]": "ibis-duckdb", "duckdb": "python-duckdb"}


def _split(requirement: str) -> tuple[str, str]:
    name, limits = re.fullmatch(r"([A-Za-z0-9_.\-\[\]]+)(.*)", requirement.strip()).groups()
    return name, limits


def _conda_requirements() -> dict[str, str]:
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    found = [
        re.sub(r"^\s*-\s*", "", line)
        for line in lines
        if re.match(r"^\s*-\s+[a-z]", line) and "conda-forge" not in line
    ]
    return dict(_split(item) for item in found if item != "pip:")


def test_environment_yml_has_the_same_packages_as_pyproject():
    wanted = {CONDA.get(name, name): limits for name, limits in map(_split, PROJECT["dependencies"])}
    conda = _conda_requirements()
    assert conda.pop("python") == PROJECT["requires-python"]
    conda.pop("pip")
    assert conda == wanted


def test_lock_file_pins_every_dependency_and_names_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            assert version, f"{line}: a lock line is NAME==VERSION"
            pins[name.lower().replace("_", "-")] = version
    assert "://" not in text
    declared = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    for name, _ in map(_split, declared):
        assert name.partition("[")[0].lower().replace("_", "-") in pins, f"{name} is not in requirements.lock"


def test_every_dependency_has_a_reason():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("dependencies = [")[2].partition("\n]")[0]
    groups = re.split(r"\n(?=  #)", block)
    assert all(group.lstrip().startswith("#") for group in groups if group.strip())


def test_continuous_integration_runs_the_command_of_the_readme():
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z-]+)", readme):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"README names make {target}"


def test_readme_commands_exist():
    from typer.testing import CliRunner

    from salesanalysis.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"^\s*salesanalysis ([a-z-]+)", readme, re.MULTILINE))
    assert used
    for command in used:
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0, f"README uses 'salesanalysis {command}'"


def _keys() -> set[str]:
    folder = ROOT / "salesanalysis" / "locale" / "en"
    return {key for path in folder.glob("*.po") for key in catalogue("en", path.stem)}


def test_every_catalogue_file_holds_its_own_subject():
    for path in (ROOT / "salesanalysis" / "locale" / "en").glob("*.po"):
        assert all(key.startswith(f"{path.stem}.") for key in catalogue("en", path.stem)), path.name


def _texts_of(path: Path) -> tuple[set[str], set[str]]:
    """Return the literal texts of a module and, as patterns, its f-strings.

    A part of an f-string that names a constant of the module is filled in; any other part may be anything, as
    may what is added to a text that ends like the beginning of a key.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    named[target.id] = node.value.value
    literal, patterns = set(named.values()), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            literal.add(node.value)
            if re.fullmatch(r"\w+\.[\w.]*[._]", node.value):
                patterns.add(re.escape(node.value) + r"[\w ]+")
        if isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(part.value)
                if isinstance(part, ast.Constant)
                else re.escape(named.get(ast.unparse(part.value), "")) or r"[\w .-]*"
                for part in node.values
            ]
            patterns.add("".join(parts))
    return literal, patterns


def test_every_sentence_of_the_catalogues_is_used_and_every_key_used_exists():
    keys, literal, patterns = _keys(), set(), set()
    for path in (ROOT / "salesanalysis").rglob("*.py"):
        texts, shapes = _texts_of(path)
        literal, patterns = literal | texts, patterns | shapes
    # A pattern must name its subject, or end in the name of the sentence: "<words>.title".
    subjects = {key.partition(".")[0] for key in keys}
    suffix = re.compile(r"(\\\.|_)\w+$")
    shapes = [re.compile(p) for p in patterns if p.split("\\.")[0] in subjects or suffix.search(p)]
    page = (ROOT / "templates" / "salesreport" / "index.html.j2").read_text(encoding="utf-8")
    of_page = {f"export.{name}" for name in re.findall(r"words\[[^]]+\]\.(\w+)", page)}
    used = {k for k in keys if k in literal | of_page or any(shape.fullmatch(k) for shape in shapes)}
    assert not keys - used, f"nobody says {sorted(keys - used)}"
    said = re.compile(r"\b(?:words|language|self)\.t\(\s*\"([\w. ]+)\"")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "salesanalysis").rglob("*.py")]
    asked = {key for source in sources for key in said.findall(source) if not key.endswith(("_", "."))}
    assert asked and not asked - keys, f"no sentence for {sorted(asked - keys)}"


def test_generated_pages_of_the_documentation_are_up_to_date():
    from salesanalysis.report.docs import pages

    for name, text in pages().items():
        written = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert written == text, f"docs/{name} is behind: run python -m salesanalysis.report.docs"


def test_links_between_documents_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[)#]", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
