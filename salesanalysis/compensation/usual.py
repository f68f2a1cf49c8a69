"""What a usual win of each rep is worth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from .cases import Person
from .credits import CENTS

#: Wins of the last year under which a rep's usual win is the role's.
FEW = 3


def usual_wins(people: Mapping[str, Person], earned: pd.DataFrame, as_of: date) -> dict[str, float]:
    """Return each rep's median credited value a win of the last year, the role's where there are few."""
    since = pd.Timestamp(as_of) - pd.Timedelta(days=365)
    year = earned[(earned["counted_on"] > since) & (earned["cents"] > 0)]
    by = year.groupby("rep_id")["cents"].agg(["median", "size"])
    role = year["rep_id"].map({rep: who.role for rep, who in people.items()})
    of_role, of_all = year.groupby(role)["cents"].median(), year["cents"].median()
    own = by.loc[by["size"] >= FEW, "median"].to_dict()
    usual = of_role.to_dict()
    return {rep: float(own.get(rep, usual.get(who.role, of_all))) / CENTS for rep, who in people.items()}
