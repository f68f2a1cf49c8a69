"""Notebooks are thin: they call the toolkit and hold no logic, no outputs and nothing hidden."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from salesanalysis.core.errors import InvalidInput
from salesanalysis.report import notebook

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
FORBIDDEN = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.Try,
    ast.If,
    ast.With,
)


def _code(path: Path) -> list:
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_thin(path):
    for cell in _code(path):
        assert not cell.outputs and cell.execution_count is None, f"{path.name} is stored with outputs"
        assert len(cell.source.splitlines()) <= 8, f"{path.name}: a cell has more than 8 lines"
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, FORBIDDEN), (
                f"{path.name}: {type(node).__name__} belongs in the package"
            )
            if isinstance(node, ast.Import):
                assert [(a.name, a.asname) for a in node.names] == [("salesanalysis", "sa")]
            assert not isinstance(node, ast.ImportFrom)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_valid_and_says_what_it_is(path):
    nb = nbformat.read(path, as_version=4)
    nbformat.validate(nb)
    assert nb.cells[0].cell_type == "markdown" and nb.cells[0].source.startswith("# ")


@pytest.mark.parametrize("report", notebook.discover().values(), ids=lambda r: r.name)
def test_parameters_are_typed_commented_and_have_defaults(report):
    assert {"client", "source", "language"} <= set(report.parameters)
    for parameter in report.parameters.values():
        assert parameter.meaning, f"{report.name}.{parameter.name} has no comment"
        assert parameter.read(parameter.default, where=report.name) == parameter.default


def test_unknown_and_wrong_parameters_are_refused_with_the_close_match():
    coaching = notebook.find("coaching")
    with pytest.raises(InvalidInput, match="Did you mean period"):
        coaching.check({"perod": "2026-Q3"})
    with pytest.raises(InvalidInput, match="not understood"):
        coaching.check({"period": "third quarter"})
    with pytest.raises(InvalidInput, match="language"):
        coaching.check({"language": "fr"})
    with pytest.raises(InvalidInput, match="must be a text"):
        coaching.check({"rep": 3.5})
    with pytest.raises(InvalidInput, match="Did you mean coaching"):
        notebook.find("coachin")


def test_a_parameters_cell_that_is_not_a_schema_is_refused(tmp_path):
    nb = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("period = '2026'", metadata={"tags": ["parameters"]})]
    )
    path = tmp_path / "mine.ipynb"
    nbformat.write(nb, path)
    with pytest.raises(InvalidInput, match="line 1 of the parameters cell"):
        notebook.find(str(path))


def test_text_from_the_command_line_becomes_the_declared_type():
    p = notebook.Parameter("k", "int", 1, "")
    assert p.read("7", where="x") == 7
    assert notebook.Parameter("k", "bool", False, "").read("yes", where="x") is True
    assert notebook.Parameter("k", "float", 0.0, "").read(3, where="x") == 3.0
    with pytest.raises(InvalidInput, match="must be a whole number"):
        p.read("seven", where="x")
    with pytest.raises(InvalidInput, match="must be a whole number"):
        p.read(True, where="x")
