"""Who works in the sample company: reps with planted strengths and weaknesses, hires, leavers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ..core.calendar import public_holidays

#: Weeks simulated before the export starts, so that the pipeline is full on its first day.
BURN_WEEKS = 26
#: Weeks that a new rep needs to come close to full strength.
RAMP_WEEKS = 10
TEAMS = (("Jakarta 1", "Ratna Kusuma"), ("Jakarta 2", "Sri Hartati"), ("Surabaya", "Bambang Susilo"))
_ROSTER = (
    (
        "Wulan Anggraini, Agus Setiawan, Putri Maharani, Rizky Ramadhan, "
        "Maya Sari, Dian Puspita, Yoga Pratama, Andi Firmansyah"
    ),
    (
        "Bagas Prakoso, Rina Marlina, Hendra Saputra, Eko Wibowo, "
        "Novi Safitri, Arif Hidayat, Lia Amalia, Teguh Santoso"
    ),
    (
        "Fajar Nugroho, Siti Rahmawati, Dimas Wahyudi, Intan Permata, "
        "Joko Purnomo, Ayu Kartika, Reza Maulana, Nita Oktaviani"
    ),
)
_FIRST = "Kevin Citra Galih Vina Bayu Tika Surya Desi Iwan Mega Rudi Wati Hadi Laras Panji Sekar"
_LAST = "Hartono Dewanti Saputro Halim Lubis Siregar Utami Gunawan Simanjuntak Pohan Wijaya Sitorus"

#: Planted multipliers of single reps; everybody else differs by chance only.
PLANTED = {
    "Bagas Prakoso": {"calls": 0.58},
    "Rina Marlina": {"conversation_rate": 0.60},
    "Agus Setiawan": {"win_rate": 0.50},
    "Fajar Nugroho": {"follow_through": 0.50},
    "Maya Sari": {"size": 0.62},
    "Wulan Anggraini": {"calls": 1.30},
    "Hendra Saputra": {"conversation_rate": 1.30},
    "Siti Rahmawati": {"win_rate": 1.30},
}
#: What a rep is multiplied by, with the spread of chance differences between reps (sd of the log).
FACTORS = {
    "effort": 0.08,
    "calls": 0.06,
    "meetings": 0.10,
    "connect_rate": 0.05,
    "conversation_rate": 0.07,
    "qualifying": 0.08,
    "follow_through": 0.04,
    "win_rate": 0.07,
    "size": 0.06,
    "logging": 0.50,
}
_FIXED_HIRES = {"Bagas Prakoso": date(2025, 3, 3)}


@dataclass(frozen=True, eq=False)
class Clock:
    """Days from the start of the burn-in to the end of the export.

    Attributes
    ----------
    days : array of datetime64[D] (T,)
    week : array of int (T,)
        0 is the first week of the burn-in.
    is_working : array of bool (T,)
    start, end : datetime64[D]
        First and last day of the export.
    """

    days: np.ndarray
    week: np.ndarray
    is_working: np.ndarray
    holidays: np.ndarray
    start: np.datetime64
    end: np.datetime64

    @classmethod
    def until(cls, end: date, weeks: int) -> Clock:
        """Return the days of the last `weeks` whole weeks up to `end`, after the burn-in.

        Examples
        --------
        >>> str(Clock.until(date(2026, 9, 30), 78).start)
        '2025-03-31'
        """
        last = np.datetime64(end, "D")
        first = last + 1 - 7 * weeks
        start = first - (first.astype(int) + 3) % 7  # day 0 of the epoch is a Thursday
        days = np.arange(start - 7 * BURN_WEEKS, last + 1)
        years = range(days[0].astype(object).year, end.year + 2)
        free = np.array([d for y in years for d in public_holidays("ID", y)], dtype="datetime64[D]")
        return cls(days, np.arange(days.size) // 7, np.is_busday(days, holidays=free), free, start, last)

    @property
    def n_weeks(self) -> int:
        """Weeks in all, the last one possibly cut short."""
        return int(self.week[-1]) + 1

    def index(self, days: np.ndarray) -> np.ndarray:
        """Position of `days` on the axis."""
        return (days - self.days[0]).astype(int)

    def working(self, days: np.ndarray) -> np.ndarray:
        """Move `days` forward to working days."""
        return np.busday_offset(days.astype("datetime64[D]"), 0, roll="forward", holidays=self.holidays)


@dataclass(frozen=True, eq=False)
class People:
    """Reps (`table`, canonical columns), their multipliers (`factors`, one column each) and days at work.

    `employed` (working days of employment) and `present` (those not on leave) are bool arrays (T, n); `heir`
    gives for each rep who takes over when they leave.
    """

    clock: Clock
    table: pd.DataFrame
    factors: pd.DataFrame
    employed: np.ndarray
    present: np.ndarray
    hired: np.ndarray
    left: np.ndarray
    heir: np.ndarray

    @property
    def n(self) -> int:
        """Reps, former ones included."""
        return len(self.table)


def make_people(rng: np.random.Generator, clock: Clock, *, reps: int) -> People:
    """Fill `reps` seats in three teams, let about one in eight leave and be replaced."""
    seats = [(seat % 3, _name(seat)) for seat in range(reps)]
    hired = [_hire_date(rng, clock, name) for _, name in seats]
    left = [np.datetime64("NaT", "D")] * reps
    leavers = _leavers(reps)
    for k, seat in enumerate(leavers):
        # Evenly over the window; the last replacement starts in the last quarter.
        share = (k + 1) / (len(leavers) + 0.2)
        left[seat] = clock.working(clock.start + int(share * (clock.end - clock.start).astype(int)) - 45)
        seats.append((seats[seat][0], _new_name(k)))
        hired.append(clock.working(left[seat] + int(rng.integers(18, 32))))
        left.append(np.datetime64("NaT", "D"))
    hired_on, left_on = np.array(hired, dtype="datetime64[D]"), np.array(left, dtype="datetime64[D]")
    table = _rep_table(rng, seats, hired_on, left_on, managers=_account_managers(reps))
    heir = _heirs(table, hired_on, left_on)
    factors = _factors(rng, table)
    employed = _employed(clock, hired_on, left_on)
    present = employed & ~_leave(rng, clock, reps=len(table))
    return People(clock, table, factors, employed, present, hired_on, left_on, heir)


def _name(seat: int) -> str:
    team, place = seat % 3, seat // 3
    names = _ROSTER[team].split(", ")
    # The first hundred of the other names are kept for those who join later.
    return names[place] if place < len(names) else _new_name(seat + 100)


def _new_name(k: int) -> str:
    """The k-th of the names that are not in the roster: all pairs, then pairs with a second family name."""
    first, last = _FIRST.split(), _LAST.split()
    pair, lap = k % (len(first) * len(last)), k // (len(first) * len(last))
    name = f"{first[pair % len(first)]} {last[(pair + pair // len(first)) % len(last)]}"
    return f"{name} {last[(pair + lap) % len(last)]} {lap}" if lap else name


def _leavers(reps: int) -> list[int]:
    """Seats whose first holder leaves: never one with a planted factor."""
    free = [seat for seat in range(reps - 1, -1, -1) if _name(seat) not in PLANTED]
    return free[1 : 1 + round(reps / 8)]


def _account_managers(reps: int) -> set[int]:
    """Seats of account managers: about one in twelve, never one with a planted factor or a leaver."""
    out = set(_leavers(reps))
    free = [s for s in range(reps // 2, reps) if _name(s) not in PLANTED and s not in out]
    return set(free[: round(reps / 12)])


def _hire_date(rng: np.random.Generator, clock: Clock, name: str) -> np.datetime64:
    if name in _FIXED_HIRES and np.datetime64(_FIXED_HIRES[name]) < clock.start:
        return np.datetime64(_FIXED_HIRES[name], "D")
    return clock.working(clock.days[0] - int(rng.integers(60, 1500)))


def _rep_table(
    rng: np.random.Generator,
    seats: list[tuple[int, str]],
    hired: np.ndarray,
    left: np.ndarray,
    *,
    managers: set[int],
) -> pd.DataFrame:
    n = len(seats)
    role = ["AM" if i in managers else "AE" for i in range(n)]
    base = np.where(np.array(role) == "AM", 264, 204) + rng.integers(-18, 19, n) * 2
    return pd.DataFrame(
        {
            "rep_id": [f"R{i + 1:02d}" for i in range(n)],
            "name": [name for _, name in seats],
            "team": [TEAMS[t][0] for t, _ in seats],
            "manager": [TEAMS[t][1] for t, _ in seats],
            "role": role,
            "region": ["Surabaya" if t == 2 else "Jakarta" for t, _ in seats],
            "hired_on": hired,
            "left_on": left,
            "annual_cost": base * 1e6,
        }
    )


def _heirs(table: pd.DataFrame, hired: np.ndarray, left: np.ndarray) -> np.ndarray:
    """For each rep the index of the team mate who takes over open opportunities."""
    heir = np.arange(len(table))
    for i in np.flatnonzero(~np.isnat(left)):
        mates = np.flatnonzero((table["team"] == table["team"].iloc[i]) & (hired < left[i]) & np.isnat(left))
        heir[i] = mates[0] if mates.size else i
    return heir


def _factors(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    factors = pd.DataFrame({f: np.exp(rng.normal(0, sd, len(table))) for f, sd in FACTORS.items()})
    is_manager = (table["role"] == "AM").to_numpy()
    factors.loc[is_manager, "calls"] *= 0.6
    factors.loc[is_manager, "meetings"] *= 1.5
    for name, planted in PLANTED.items():
        # What is planted is what the records show: neither effort nor luck may hide it.
        factors.loc[table["name"] == name, "effort"] = 1.0
        for factor, value in planted.items():
            factors.loc[table["name"] == name, factor] = value
    return factors


def _employed(clock: Clock, hired: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Working days from the day of hiring to the day before leaving."""
    last = np.where(np.isnat(left), clock.end + 1, left)
    days = clock.days[:, None]
    return clock.is_working[:, None] & (days >= hired) & (days < last)


def _leave(rng: np.random.Generator, clock: Clock, *, reps: int) -> np.ndarray:
    """Days off: a whole week now and then, and single days."""
    weeks = rng.random((clock.n_weeks, reps)) < 0.03
    return weeks[clock.week] | (rng.random((clock.days.size, reps)) < 0.02)
