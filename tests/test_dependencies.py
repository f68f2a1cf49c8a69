"""No version with a vulnerability known to us is admitted or pinned; docs/safety.md says how to look."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from test_project import PROJECT, ROOT

#: First version without the vulnerability, and its number.
MENDED = {
    "bleach": ("3.3.0", "CVE-2021-23980"),
    "certifi": ("2024.7.4", "CVE-2024-39689"),
    "duckdb": ("1.1.0", "CVE-2024-41672"),
    "distributed": ("2021.10.0", "CVE-2021-42343"),
    "fonttools": ("4.60.2", "CVE-2025-66034"),
    "h11": ("0.16.0", "CVE-2025-43859"),
    "idna": ("3.7", "CVE-2024-3651"),
    "ipython": ("8.10.0", "CVE-2023-24816"),
    "jinja2": ("3.1.6", "CVE-2025-27516"),
    "jupyter-core": ("5.8.1", "CVE-2025-30167"),
    "jupyter-server": ("2.14.1", "CVE-2024-35178"),
    "jupyterlab": ("4.4.8", "CVE-2025-59842"),
    "mistune": ("2.0.3", "CVE-2022-34749"),
    "nbconvert": ("7.17.0", "CVE-2025-53000"),
    "openpyxl": ("2.4.2", "CVE-2017-5992"),
    "pillow": ("12.1.1", "CVE-2026-25990"),
    "pyarrow": ("14.0.1", "CVE-2023-47248"),
    "pygments": ("2.15.1", "CVE-2022-40896"),
    "pypdf": ("6.1.3", "CVE-2025-62708"),
    "pyyaml": ("5.4", "CVE-2020-14343"),
    "requests": ("2.32.4", "CVE-2024-47081"),
    "scipy": ("1.10.0", "CVE-2023-25399"),
    "tornado": ("6.5.3", "CVE-2025-67724"),
    "tqdm": ("4.66.3", "CVE-2024-34062"),
    "urllib3": ("2.6.3", "CVE-2026-21441"),
}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {_plain(name): version.strip() for name, version in pairs}


def _declared() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(r) for r in (*PROJECT["dependencies"], *(r for many in extras for r in many))]


@pytest.mark.parametrize("name", MENDED)
def test_no_vulnerable_version_is_pinned(name):
    pinned = _pins().get(name)
    assert pinned is None or Version(pinned) >= Version(MENDED[name][0]), MENDED[name][1]


def test_no_vulnerable_version_is_admitted():
    for wanted in _declared():
        if _plain(wanted.name) in MENDED:
            first, number = MENDED[_plain(wanted.name)]
            least = max(Version(s.version) for s in wanted.specifier if s.operator in (">=", "==", "~="))
            assert least >= Version(first), f"{wanted} admits {number}"
