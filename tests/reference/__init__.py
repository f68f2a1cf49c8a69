"""Reference values and where to find the public data behind some of them."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent


def figures(table: str) -> dict:
    """One table of stats.toml."""
    return tomllib.loads((HERE / "stats.toml").read_text(encoding="utf-8"))[table]


def data(name: str) -> pd.DataFrame:
    """A file of the `stats-reference` folder; the test is skipped where the folder is not installed.

    Looked for under the directory that the environment variable SALESANALYSIS_DATA names, or else under
    `shared/data` beside the repository.
    """
    beside = HERE.parents[1].parent / "shared" / "data"
    path = Path(os.environ.get("SALESANALYSIS_DATA", beside)) / "stats-reference" / name
    if not path.exists():
        pytest.skip(f"stats-reference/{name} is not installed; SALESANALYSIS_DATA may name its folder")
    return pd.read_csv(path)
