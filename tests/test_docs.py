"""What the documentation shows works: examples of docstrings, commands and Python of the pages."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import re
import shlex
from dataclasses import replace
from functools import wraps
from pathlib import Path

import pytest
import typer

import salesanalysis
from salesanalysis.cli import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
MODULES = sorted(
    ["salesanalysis"] + [m.name for m in pkgutil.walk_packages(salesanalysis.__path__, "salesanalysis.")]
)
#: Public names whose use needs a page or a reader: shown in the notebooks instead.
WITHOUT_EXAMPLE = {"drawing", "opening", "section", "closing", "run_report", "controls", "SalesAnalysisError"}


@pytest.fixture(autouse=True)
def _one_sample(request, monkeypatch):
    """Examples share one sample company: it is immutable, and each of them would load it anew."""

    @wraps(salesanalysis.sample)
    def sample(*, language: str = ""):
        crm = request.getfixturevalue("sample_crm")
        return crm if not language else replace(crm, client=crm.client.with_language(language))

    monkeypatch.setattr(salesanalysis, "sample", sample, raising=False)


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings_give_what_they_say(name):
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    for example in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        runner.run(example, out=report.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(report)


@pytest.mark.parametrize("name", [n for n in salesanalysis.__all__ if n not in WITHOUT_EXAMPLE])
def test_public_names_show_an_example(name):
    thing = getattr(salesanalysis, name)
    text = (type(thing) if name == "KPIS" else thing).__doc__
    assert ">>>" in text, f"sa.{name} has no example"


def _blocks(language: str) -> list[tuple[str, str]]:
    fence = re.compile(rf"^```{language}\n(.*?)^```", re.DOTALL | re.MULTILINE)
    return [(page.name, text) for page in PAGES for text in fence.findall(page.read_text(encoding="utf-8"))]


def _commands() -> list[tuple[str, list[str]]]:
    lines = [(page, line) for page, text in _blocks("sh") for line in text.splitlines()]
    words = [
        (page, shlex.split(line, comments=True)) for page, line in lines if "\\" not in line.split("#")[0]
    ]
    return [(page, w) for page, w in words if w and w[0] == "salesanalysis"]


def _options() -> dict[str, set[str]]:
    group = typer.main.get_command(app)
    return {
        name: {option for param in command.params for option in [*param.opts, *param.secondary_opts]}
        for name, command in group.commands.items()
    }


def test_commands_of_the_documentation_exist_with_their_options():
    known = _options()
    commands = _commands()
    assert commands
    for page, (_, command, *rest) in commands:
        assert command in known, f"{page}: there is no 'salesanalysis {command}'"
        for word in rest:
            if word.startswith("-"):
                option = word.partition("=")[0]
                assert option in known[command] | {"--help"}, f"{page}: '{command}' has no {option}"


def test_commands_within_sentences_exist():
    known = _options()
    for page in PAGES:
        for command in re.findall(r"`salesanalysis ([a-z]+)\b", page.read_text(encoding="utf-8")):
            assert command in known, f"{page.name} names 'salesanalysis {command}'"


def test_files_named_by_commands_exist():
    for page, text in _blocks("sh"):
        for name in re.findall(r"\b(notebooks/\w+\.ipynb|requirements\.lock|environment\.yml)\b", text):
            assert (ROOT / name).exists(), f"{page} names {name}"


@pytest.mark.parametrize(("page", "text"), _blocks("python"))
def test_python_of_the_documentation_is_python(page, text):
    ast.parse(text, page)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "text"), _blocks("python"))
def test_python_of_the_documentation_runs_on_the_sample(page, text):
    import matplotlib.pyplot as plt

    exec(compile(text, page, "exec"), {})
    plt.close("all")
