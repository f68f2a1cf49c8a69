"""What the contracts of a period are worth, with the median that no portable sum gives."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from ..core.crm import Crm, check_crm
from ..core.period import Period
from .contract import SHORT_MONTHS, SIGNED
from .view import Tables, day


def contract_values(crm: Crm, period: str | Period = "") -> pd.DataFrame:
    """Return what a contract signed in the period is worth, in every reading of annual contract value.

    Parameters
    ----------
    crm : Crm
        The data.
    period : str or Period
        Days of signature; empty: all days up to the end of the data.

    Returns
    -------
    pandas.DataFrame
        Columns ``term, estimate, n, unit``. Terms: ``seed`` (total value ÷ contracts, as in the article),
        ``mean`` and ``median`` (recurring value a year), ``one_off`` (fees paid once, their sum, of the
        contracts that have any), ``short`` (share of terms under twelve months, of those whose length is
        known).

    Raises
    ------
    MissingData
        The data has no contracts with their value and end.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> sa.contract_values(sa.sample(), "2026-Q3")["term"].tolist()
    ['seed', 'mean', 'median', 'one_off', 'short']
    """
    check_crm(crm, "contract_values()")
    crm.require("contracts.value", "contracts.ends_on", wanted_by="contract_values")
    end = crm.as_of + timedelta(days=1)
    rows = SIGNED.build(Tables(crm.tables, crm.client, crm.span.start, end))
    rows = rows.filter(rows.signed_on < day(end))
    if period:
        span = crm.known_period(period)
        rows = rows.filter(rows.signed_on >= day(span.start), rows.signed_on < day(span.end))
    found = rows.select("value", "yearly_value", "one_off_value", "months").to_pandas().astype("float64")
    fees, months = found["one_off_value"], found["months"].dropna()
    terms = {
        "seed": (found["value"].mean(), found["value"].count(), "money"),
        "mean": (found["yearly_value"].mean(), found["yearly_value"].count(), "money"),
        "median": (found["yearly_value"].median(), found["yearly_value"].count(), "money"),
        "one_off": (fees.sum(), (fees > 0).sum(), "money"),
        "short": ((months < SHORT_MONTHS).mean(), len(months), "share"),
    }
    return pd.DataFrame(
        [{"term": t, "estimate": float(e), "n": int(n), "unit": u} for t, (e, n, u) in terms.items()]
    )
