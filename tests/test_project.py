"""The project's own papers agree with each other: dependencies, lock file, documents, catalogues."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

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

    from salesanalysis.__main__ import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    used = set(re.findall(r"^\s*salesanalysis ([a-z]+)", readme, re.MULTILINE))
    assert used
    for command in used:
        result = CliRunner().invoke(app, [command, "--help"])
        assert result.exit_code == 0, f"README uses 'salesanalysis {command}'"


@pytest.mark.parametrize("subject", sorted(p.name for p in (ROOT / "salesanalysis/locale/en").glob("*.po")))
def test_catalogues_have_the_same_keys_and_placeholders(subject):
    english, indonesian = (_messages(language, subject) for language in ("en", "id"))
    assert sorted(english) == sorted(indonesian)
    for key, texts in english.items():
        assert key.startswith(subject.removesuffix(".po") + ".")
        assert all(texts) and all(indonesian[key]), f"{key} is empty"
        fields = {f for text in texts for f in re.findall(r"{(\w+)", text)} - {"count"}
        other = {f for text in indonesian[key] for f in re.findall(r"{(\w+)", text)} - {"count"}
        assert fields == other, f"{key}: {fields} in English, {other} in Indonesian"


def _messages(language: str, subject: str) -> dict[str, tuple[str, ...]]:
    with (ROOT / "salesanalysis" / "locale" / language / subject).open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {
        (m.id[0] if isinstance(m.id, tuple) else m.id): (
            m.string if isinstance(m.string, tuple) else (m.string,)
        )
        for m in catalogue
        if m.id
    }


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
