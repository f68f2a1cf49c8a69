"""What loading found: blockers that stop it, rows left out, cells set aside, things worth knowing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..core.errors import DataProblem

#: Severities, worst first.
SEVERITIES = ("blocker", "excluded", "warning", "info")
#: Columns of the findings.
COLUMNS = ("table", "column", "check", "severity", "rows", "share", "example")


@dataclass
class Ledger:
    """Collects everything found while one source is loaded.

    Attributes
    ----------
    where : str
        The source, as messages name it.
    blockers : list of str
        One clear message each: what, where, remedy.
    rows_in : dict of str to int
        Rows read per table.
    """

    where: str
    blockers: list[str] = field(default_factory=list)
    rows_in: dict[str, int] = field(default_factory=dict)
    _findings: list[dict[str, object]] = field(default_factory=list)

    def block(self, message: str) -> None:
        """Note a problem that makes loading impossible."""
        if message not in self.blockers:
            self.blockers.append(message)

    def add(
        self, table: str, check: str, severity: str, rows: int, *, column: str = "", example: str = ""
    ) -> None:
        """Note a finding about `rows` rows; none is no finding (severity info may have none)."""
        if not rows and severity != "info":
            return
        total = self.rows_in.get(table, 0)
        share = rows / total if total else float("nan")
        values = (table, column, check, severity, int(rows), share, example)
        self._findings.append(dict(zip(COLUMNS, values, strict=True)))

    def excluded(self, table: str, *, but: str = "") -> int:
        """Return the rows of `table` left out so far, those for the reason `but` not counted."""
        mine = [f for f in self._findings if f["severity"] == "excluded" and f["table"] == table]
        return sum(int(f["rows"]) for f in mine if f["check"] != but)

    def findings(self) -> pd.DataFrame:
        """Return all findings, worst first, in the order of the tables."""
        frame = pd.DataFrame(self._findings, columns=list(COLUMNS))
        rank = frame["severity"].map({s: i for i, s in enumerate(SEVERITIES)})
        return frame.iloc[rank.argsort(kind="stable")].reset_index(drop=True)

    def exclusions(self) -> pd.DataFrame:
        """Return the rows left out: one line per table and reason."""
        frame = self.findings()
        left_out = frame[frame["severity"] == "excluded"].rename(columns={"check": "reason"})
        summed = left_out.groupby(["table", "reason"], as_index=False, sort=False)["rows"].sum()
        return summed.astype({"rows": "int64"})[["table", "reason", "rows"]]

    def raise_blockers(self) -> None:
        """Raise one `DataProblem` that lists every blocker by number, if there is any."""
        if not self.blockers:
            return
        many = "1 problem" if len(self.blockers) == 1 else f"{len(self.blockers)} problems"
        lines = "\n".join(f"{i}. {message}" for i, message in enumerate(self.blockers, 1))
        raise DataProblem(f"{self.where} cannot be used: {many}.\n{lines}")
