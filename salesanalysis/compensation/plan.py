"""What a pay plan says, as plain data: exact decimals, amounts a year unless a key says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

#: How often pay is settled, and how many settlements make a year.
SETTLEMENTS = {"month": 12, "quarter": 4, "half": 2, "year": 1}
#: What makes a sale count: won, invoiced or paid.
BASES = ("booked", "invoiced", "paid")
#: What commission is paid on.
MEASURES = ("bookings", "wins")
#: Tiers begin at shares of the target, or at amounts.
BY = ("attainment", "value")
#: Which days count for amounts a year: employed, employed and not on leave, or all.
PRORATE = ("employed", "present", "none")
ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
BONUS_KINDS = ("linear", "all_or_nothing")
#: Words for "the goal of the table of goals".
GOAL = "goal"

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Tier:
    """From where on each unit earns so much: a share of its value (`rate`) or of the on-target rate."""

    start: Decimal
    rate: Decimal | None = None
    multiplier: Decimal | None = None


@dataclass(frozen=True)
class Commission:
    """Pay on what was sold in a settlement.

    Attributes
    ----------
    measure : str
        ``bookings`` (value) or ``wins`` (how many).
    by : str
        ``attainment``: tiers begin at shares of the target; ``value``: at amounts.
    tiers : tuple of Tier
        In order; the first begins at 0. Each pays for its own slice.
    target : Decimal or None
        A year's; None: the rep's goal.
    weight : Decimal
        Share of the variable pay that stands behind multipliers.
    threshold : Decimal
        Under this attainment (or amount) nothing is paid, from it on everything is.
    retroactive : bool
        Whether the tier reached pays for all, from the first unit, instead of its own slice.
    types : tuple of str
        Types of opportunity that count; empty: all.
    """

    tiers: tuple[Tier, ...]
    measure: str = "bookings"
    by: str = "attainment"
    target: Decimal | None = None
    weight: Decimal = ZERO
    threshold: Decimal = ZERO
    retroactive: bool = False
    types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bonus:
    """Pay on a KPI: nothing under `floor`, the amount at target, more up to attainment `most`.

    `amount` is a year's; None: `weight` of the variable pay. `target` in the KPI's unit, for one settlement;
    None: the rep's goal.
    """

    kpi: str
    target: Decimal | None = None
    amount: Decimal | None = None
    weight: Decimal = ZERO
    pays: str = "linear"
    floor: Decimal = ZERO
    most: Decimal = ONE


@dataclass(frozen=True)
class Terms:
    """What one rep, or everybody of a role, is paid by; amounts a year for full-time work.

    Attributes
    ----------
    base, variable : Decimal
        Fixed pay, and variable pay at target.
    cap : Decimal or None
        Most variable pay.
    draw : Decimal
        Least variable pay, advanced where less was earned.
    draw_recoverable : bool
        Whether the advance is taken back from later earnings; else it is a guarantee.
    draw_months : int
        Months after hiring for which there is a draw; 0: always.
    """

    base: Decimal = ZERO
    variable: Decimal = ZERO
    commission: Commission | None = None
    bonuses: tuple[Bonus, ...] = ()
    cap: Decimal | None = None
    draw: Decimal = ZERO
    draw_recoverable: bool = True
    draw_months: int = 0


@dataclass(frozen=True)
class Splits:
    """Who else gets credit for a win.

    `handed_over` of it goes to the rep who handed the lead over, `entered` to the one who owned the
    opportunity when it entered the pipeline; `on_top`: the owner keeps all. `given` are single opportunities,
    which replace the rule: opportunity -> rep -> share.
    """

    handed_over: Decimal = ZERO
    entered: Decimal = ZERO
    on_top: bool = False
    given: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True)
class PayPlan:
    """A pay plan as its file says it.

    Attributes
    ----------
    name, currency : str
        Currency empty: the client's.
    settles, basis, prorate, rounding : str
        From `SETTLEMENTS`, `BASES`, `PRORATE`, `ROUNDINGS`.
    decimals : int
        Digits after the decimal point to which each line is rounded.
    starts_on : datetime.date or None
        First day of the plan; draws are carried from here. None: the start of the fiscal year.
    ends_on : datetime.date or None
        Day after its last.
    clawback_days : int
        Commission on a contract cancelled within so many days of signature is taken back; 0: never.
    budget : Decimal or None
        Variable pay a year that was planned for.
    splits : Splits
    roles, reps : mapping
        Terms by role, and by rep_id or name where a rep has own ones.
    everyone : Terms or None
        Of reps without either.
    path : pathlib.Path or None
        The file read.

    Examples
    --------
    >>> import tempfile
    >>> from salesanalysis.compensation import pay_plan, write_plan
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plan = pay_plan(write_plan(folder))
    >>> plan.settles, sorted(plan.roles)
    ('quarter', ['AE', 'AM', 'SDR'])
    """

    name: str = ""
    currency: str = ""
    settles: str = "quarter"
    basis: str = "booked"
    prorate: str = "employed"
    rounding: str = "half_up"
    decimals: int = 2
    starts_on: date | None = None
    ends_on: date | None = None
    clawback_days: int = 0
    budget: Decimal | None = None
    splits: Splits = field(default_factory=Splits)
    roles: Mapping[str, Terms] = field(default_factory=dict)
    reps: Mapping[str, Terms] = field(default_factory=dict)
    everyone: Terms | None = None
    path: Path | None = None

    @property
    def parts(self) -> int:
        """Settlements a year."""
        return SETTLEMENTS[self.settles]

    def terms(self, rep_id: str, name: str, role: str) -> Terms | None:
        """Return what a rep is paid by: own terms, the role's, everybody's, or none."""
        own = self.reps.get(rep_id) or self.reps.get(name)
        return own or self.roles.get(role) or self.everyone

    def cents(self, amount: Decimal) -> Decimal:
        """Round an amount as the plan says.

        Examples
        --------
        >>> PayPlan().cents(Decimal("2.345")), PayPlan(rounding="half_even").cents(Decimal("2.345"))
        (Decimal('2.35'), Decimal('2.34'))
        """
        return amount.quantize(ONE.scaleb(-self.decimals), rounding=ROUNDINGS[self.rounding])

    @property
    def all_terms(self) -> tuple[Terms, ...]:
        """Every set of terms of the plan."""
        return (*self.roles.values(), *self.reps.values(), *([self.everyone] if self.everyone else []))
