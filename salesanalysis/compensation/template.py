"""A commented pay plan to start from."""

from __future__ import annotations

from pathlib import Path

from ..core.errors import InvalidInput
from ..core.files import write_whole
from .planfile import FILE_NAME

TEMPLATE = """\
# Pay plan. Name this file in client.toml: compensation = "plan.toml"
# Amounts are a year's and for full-time work, shares lie between 0 and 1. Lines with # are examples.

name = "Sales plan 2026"
# Must be the currency of the data.
# currency = "IDR"

# How often pay is settled: month, quarter, half or year. Targets, tiers, caps and draws begin anew each time.
settles = "quarter"

# When a sale counts: "booked" on the day it is won, "invoiced" or "paid" on the day contracts.invoiced_on or
# contracts.paid_on gives, with the contract's value.
basis = "booked"

# Days that count for joiners and leavers: "employed" working days, "present" (leave is not paid), or "none".
prorate = "employed"

# Each line is rounded to so many decimals: "half_up" (0.125 -> 0.13) or "half_even" (0.125 -> 0.12).
rounding = "half_up"
decimals = 2

# First day of the plan, from which draws are carried, and the day after its last; without, the fiscal year.
# starts_on = 2026-01-01
# ends_on = 2027-01-01

# Commission on a contract cancelled within so many days of signature is taken back; 0: never.
clawback_days = 0

# Variable pay a year that was planned for, for all together.
# budget = 3_000_000_000

# Who else gets a part of a win: the rep who handed the lead over (leads.rep_id -> leads.handed_to), the one
# who owned the opportunity when it entered the pipeline (entry_rep_id). on_top: the owner keeps all of it.
[splits]
handed_over = 0
entered = 0
on_top = false
# file = "splits.csv"                  # columns opportunity_id, rep_id, share; shares of one add up to 1
# [splits.opportunities]
# "O0123" = { R01 = 0.6, R02 = 0.4 }

# One section a role, as the column role of reps writes it; [everyone] is for all other reps.
[roles.AE]
base = 150_000_000
variable = 100_000_000                 # at target
cap = 250_000_000                      # most variable pay; without: none
draw = 0                               # least variable pay, advanced where less was earned
draw_recoverable = true                # taken back from later earnings above the draw; false: a guarantee
draw_months = 0                        # only so many months after hiring; 0: always

[roles.AE.commission]
measure = "bookings"                   # value of what counts, or "wins"
# types = ["new", "expansion"]         # types of opportunity that count; without: all
by = "attainment"                      # tiers begin at shares of the target; "value": at amounts a settlement
target = "goal"                        # the rep's goal in the table of goals, or a number a year
weight = 0.8                           # share of the variable pay that stands behind it
threshold = 0                          # under this attainment (or amount) nothing is paid, from it on all is
retroactive = false                    # true: the tier reached pays for all, from the first unit
# Each tier pays for its own slice: rate (a share of the value, or money a win), or multiplier (of the
# variable pay divided by the target).
tiers = [
  { from = 0.0, multiplier = 0.8 },
  { from = 0.5, multiplier = 1.2 },
  { from = 1.0, multiplier = 1.5 },    # accelerator
]

[[roles.AE.bonuses]]
kpi = "win_rate"                       # any KPI; salesanalysis kpis lists them
target = "goal"                        # or a number, for one settlement
weight = 0.2                           # of the variable pay; or amount = 20_000_000
pays = "linear"                        # 0 at the floor, all at target, on to most; or "all_or_nothing"
floor = 0.8                            # attainment under which nothing is paid
most = 1.2                             # attainment above which nothing more is paid

[roles.AM]
base = 180_000_000
[roles.AM.commission]
by = "value"
tiers = [{ from = 0, rate = 0.03 }, { from = 400_000_000, rate = 0.05 }]

[roles.SDR]
base = 90_000_000
[[roles.SDR.bonuses]]
kpi = "leads_handed"
amount = 30_000_000

# A rep with terms of the own, by rep_id or name; like: the role whose other keys hold.
# [reps.R02]
# like = "AE"
# base = 160_000_000

# [everyone]
# base = 120_000_000
"""


def write_plan(folder: str | Path) -> Path:
    """Write a commented pay plan that teaches every key into `folder`, which is made when missing.

    Parameters
    ----------
    folder : str or path
        Where to write ``plan.toml``.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    InvalidInput
        There is a plan already; it is not overwritten.
    CannotWrite
        The folder cannot be made or written to.

    Examples
    --------
    >>> import tempfile
    >>> import salesanalysis as sa
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sa.write_plan(folder).name
    'plan.toml'
    """
    path = Path(folder) / FILE_NAME
    if path.exists():
        raise InvalidInput(f"'{path}' exists already. Edit it, or choose another folder.")
    return write_whole(path, TEMPLATE.encode())
