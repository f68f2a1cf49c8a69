"""The sample company's pay plan, as a file: tiers, an accelerator, bonuses, splits, a draw and clawback.

It pays for calls, which pass the four tests, and for voicemails, which do not. Meetings pass, unpaid.
"""

from __future__ import annotations

FILE_NAME = "plan.toml"
PLAN = """\
# Rencana kompensasi contoh; semua angka rekaan. (Pay plan of the sample company; all figures are invented.)
name = "Rencana kompensasi 2026"
currency = "IDR"
settles = "quarter"
basis = "booked"
prorate = "employed"
starts_on = 2026-01-01
# Commission on contracts cancelled within a year is taken back.
clawback_days = 365
budget = 1_900_000_000

# An SDR is credited with a tenth of what came from leads handed over; the AE keeps the rest.
[splits]
handed_over = 0.1

[roles.AE]
base = 108_000_000
variable = 72_000_000
cap = 180_000_000
draw = 24_000_000
draw_recoverable = true
draw_months = 12

[roles.AE.commission]
measure = "bookings"
by = "attainment"
target = "goal"
weight = 0.75
tiers = [
  { from = 0.0, multiplier = 0.6 },
  { from = 0.5, multiplier = 1.4 },
  { from = 1.0, multiplier = 1.8 },
]

[[roles.AE.bonuses]]
kpi = "calls"
weight = 0.15
pays = "linear"
floor = 0.7
most = 1.2

[[roles.AE.bonuses]]
kpi = "voicemails"
target = 120
weight = 0.1
pays = "all_or_nothing"

[roles.AM]
base = 144_000_000

[roles.AM.commission]
by = "value"
tiers = [{ from = 0, rate = 0.02 }, { from = 400_000_000, rate = 0.035 }]

[roles.SDR]
base = 66_000_000

[roles.SDR.commission]
by = "value"
tiers = [{ from = 0, rate = 0.05 }]

[[roles.SDR.bonuses]]
kpi = "leads_handed"
amount = 18_000_000
floor = 0.6
most = 1.3

[[roles.SDR.bonuses]]
kpi = "qualified_share"
amount = 8_000_000
pays = "all_or_nothing"
"""
