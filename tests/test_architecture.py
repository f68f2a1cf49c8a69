"""The shape of the code: layers, fences round third parties, size, names, no swallowed errors."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "salesanalysis"
MODULES = sorted(PACKAGE.rglob("*.py"))

LAYER = {
    "core": 0,
    "data": 1,
    "kpi": 1,
    "stats": 1,
    "linkage": 3,
    "goals": 3,
    "pipeline": 3,
    "performance": 3,
    "activity": 4,
    "readiness": 3,
    "timing": 3,
    "value": 3,
    "experiment": 4,
    "passport": 4,
    "training": 4,
    "projection": 4,
    "coaching": 5,
    "compensation": 5,
    "dashboard": 6,
    "plots": 7,
    "prose": 7,
    "report": 8,
    "factory": 9,
    "cli": 10,
    "cli_batch": 10,
    "__main__": 10,
    "__init__": 10,
}
FENCES = {
    "ibis": ("core/crm.py", "core/history.py", "data/", "kpi/", "linkage/exposure.py"),
    "duckdb": ("data/", "kpi/"),
    "statsmodels": ("stats/",),
    "scipy": ("stats/",),
    "threadpoolctl": ("stats/",),
    "psutil": ("report/family.py",),
    "matplotlib": ("plots/",),
    "seaborn": ("plots/",),
    "papermill": ("report/",),
    "nbconvert": ("report/",),
    "nbclient": ("report/",),
    "nbformat": ("report/",),
    "IPython": ("report/",),
    "typst": ("report/",),
    "pypandoc": ("report/",),
    "babel": ("core/i18n.py",),
    "holidays": ("core/calendar.py",),
    "rich": ("report/", "factory/"),
    "typer": ("__main__.py", "cli.py", "cli_batch.py"),
    "distributed": ("factory/",),
    "fsspec": ("factory/",),
}


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> list[str]:
    """Return dotted names of everything a module imports, also inside functions; not for type checking."""
    package = ["salesanalysis", *path.relative_to(PACKAGE).parts[:-1]]
    skipped = {
        id(inner)
        for node in ast.walk(_tree_of(path))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(_tree_of(path)):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            found += [f"{stem}.{alias.name}" for alias in node.names]
    return found


_TREES: dict[Path, ast.Module] = {}


def _tree_of(path: Path) -> ast.Module:
    return _TREES.setdefault(path, _tree(path))


def _unit(dotted: str) -> str | None:
    parts = dotted.split(".")
    if parts[0] != "salesanalysis":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in LAYER else "__init__"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_lower_layers_never_import_higher_ones_and_neighbours_never_each_other(path):
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for dotted in _imports(path):
        unit = _unit(dotted)
        if unit is None or unit == own or LAYER[own] == 10:
            continue
        if unit == "__init__":  # `from .. import data` style names resolve to a package below
            assert dotted.split(".")[1:] == [] or dotted.endswith("__version__"), (
                f"{_name(path)} imports {dotted}"
            )
            continue
        assert LAYER[unit] < LAYER[own], (
            f"{_name(path)} (layer {LAYER[own]}) imports {dotted} (layer {LAYER[unit]})"
        )


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_third_parties_stay_behind_their_fences(path):
    for dotted in _imports(path):
        allowed = FENCES.get(dotted.split(".")[0])
        if allowed is not None:
            assert _name(path).startswith(allowed), f"{_name(path)} imports {dotted}; only {allowed} may"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_stay_small_and_documented(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 300, f"{_name(path)} has {lines} lines; split it by subject"
    assert ast.get_docstring(_tree_of(path)), f"{_name(path)} has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_print_no_swallowed_errors_no_star_imports(path):
    for node in ast.walk(_tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{_name(path)}:{node.lineno} prints"
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            assert not broad, f"{_name(path)}:{node.lineno} catches everything"
        if isinstance(node, ast.ImportFrom):
            assert all(a.name != "*" for a in node.names), f"{_name(path)}:{node.lineno} imports *"


def _public_functions():
    for path in MODULES:
        for node in _tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield pytest.param(path, node, id=f"{_name(path)}:{node.name}")


@pytest.mark.parametrize(("path", "node"), list(_public_functions()))
def test_public_functions_are_documented_and_have_few_parameters(path, node):
    assert ast.get_docstring(node), f"{_name(path)}:{node.lineno} {node.name} has no docstring"
    decorated = any(
        "app." in ast.unparse(d) for d in node.decorator_list
    )  # a command's parameters are its options
    if not decorated:
        count = len(node.args.args) + len(node.args.kwonlyargs)
        assert count <= 7, f"{_name(path)}:{node.lineno} {node.name} takes {count} parameters"


def test_public_names_exist_and_are_listed():
    import salesanalysis as sa

    assert sorted(sa.__all__) == sorted(sa._HOME)
    for name in sa.__all__:
        assert getattr(sa, name) is not None


@pytest.mark.parametrize("package", [name for name in LAYER if (PACKAGE / name).is_dir() and name != "core"])
def test_packages_say_what_is_public(package):
    module = importlib.import_module(f"salesanalysis.{package}")
    if package != "report":  # its parts are reached by module
        assert module.__all__, f"{package} has no __all__"
        for name in module.__all__:
            assert hasattr(module, name), f"{package}.__all__ names {name}, which does not exist"
