"""What loading found, as a result: rows left out, cells set aside, things worth knowing."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.crm import Crm, check_crm
from ..core.result import Result


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ValidationResult(Result):
    """Findings of one load.

    `table` has one row per finding, worst first: ``table, column, check, severity, rows, share, example``.
    The severity is ``excluded`` (rows left out), ``warning`` (cells set aside, or rows to know about) or
    ``info``; what would be a ``blocker`` stops loading. `share` is of the rows read; `example` names file,
    rows and values; an empty table stands for the source as a whole.
    """

    @property
    def excluded(self) -> int:
        """Rows left out in all tables."""
        return int(self.table.loc[self.table["severity"] == "excluded", "rows"].sum())


def validate(crm: Crm) -> ValidationResult:
    """Return what was found while `crm` was loaded.

    Returns
    -------
    ValidationResult
        `n` is the number of rows read; each reason for leaving rows out is also a note.

    Examples
    --------
    >>> from salesanalysis.data import sample
    >>> sorted(validate(sample()).table["severity"].unique())
    ['excluded', 'info', 'warning']
    """
    check_crm(crm, "validate()")
    return ValidationResult(
        table=crm.findings.copy(),
        method="data.validate",
        n=sum(crm.rows_in.values()),
        client=crm.client,
        as_of=crm.as_of,
        notes=crm.notes(),
    )
