"""Names of rows of pay in the reader's language: reps, groups of them, roles."""

from __future__ import annotations

import pandas as pd

from ..core.i18n import Language

#: Rows that the bars of the first page show.
BARS = 16


def group_name(row: pd.Series, words: Language) -> str:
    """Return whose row it is: a rep's name, or the role of a group."""
    if row["rep_id"]:
        return str(row["name"])
    if row["role"] == "*":
        return words.t("compensation.other_roles")
    return str(row["role"]) or words.t("compensation.no_role")


def role_name(role: str, words: Language) -> str:
    """Return how a role is called; a company without roles has one for all.

    Examples
    --------
    >>> role_name("", Language("en"))
    'All'
    """
    return role or words.t("compensation.all_roles")
