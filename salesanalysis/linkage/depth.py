"""What lies behind each verdict, worked out activity by activity when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from ..stats import Fit
from .between import between
from .models import Prepared, Roles
from .profile import lag_profile
from .reps import partial_residuals, rep_slopes
from .result import SECONDARY, ExposureResult
from .robust import robustness

_MAKE = {
    "lag_profile": lag_profile,
    "between": between,
    "robustness": robustness,
    "rep_slopes": rep_slopes,
    "partial_residuals": partial_residuals,
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Depth:
    """The models of a linkage, kept so that their details can be asked for.

    Attributes
    ----------
    weeks : ExposureResult
        Counts.
    roles : Roles
        Which model judges which activity.
    data : Prepared
        Rows of the models.
    fits : mapping of str to Fit or None
        The models.
    level : float
        Confidence level.
    names : mapping of str to str
        Name of each rep; a rep who must not be named has a code under ``codes``.
    codes : mapping of str to str
        Replacement of each rep_id; empty: none.
    """

    weeks: ExposureResult
    roles: Roles
    data: Prepared
    fits: dict[str, Fit | None]
    level: float
    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    _known: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)

    def table(self, what: str, terms: list[str]) -> pd.DataFrame:
        """Return one of the tables of `SECONDARY` for some activities, in their order."""
        columns = list(SECONDARY[what])
        found = [part for part in (self._of(what, term) for term in terms) if len(part)]
        if not found:
            return pd.DataFrame(columns=columns)
        table = pd.concat(found, ignore_index=True)
        if "rep_id" in table:
            table["name"] = [self.names.get(rep, str(rep)) for rep in table["rep_id"]]
            if self.codes:
                table["rep_id"] = [self.codes[str(rep)] for rep in table["rep_id"]]
                table["name"] = table["rep_id"]
        return table[columns]

    def renamed(self, codes: dict[str, str]) -> Depth:
        """Return the same without the reps' names."""
        return replace(self, codes=codes)

    def model(self, term: str) -> tuple[Fit | None, tuple[str, ...]]:
        """Return the fit that judges an activity, and the activities of its model."""
        name = self.roles.model_of(term)
        return self.fits[name], self.roles.models()[name]

    def kept(self, key: tuple[str, str]) -> pd.DataFrame | None:
        """Return what was worked out before under a key."""
        return self._known.get(key)

    def keep(self, key: tuple[str, str], found: pd.DataFrame) -> pd.DataFrame:
        """Remember what was worked out."""
        return self._known.setdefault(key, found)

    def _of(self, what: str, term: str) -> pd.DataFrame:
        found = self.kept((what, term))
        return self.keep((what, term), _MAKE[what](self, term)) if found is None else found
