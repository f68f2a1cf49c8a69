"""Broken inputs by the thousand: tables, workbooks, settings; each has a number and can be had again."""

from __future__ import annotations

import io
import json
import random
import signal
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import hostile
import numpy as np
import pandas as pd
import tiny

from salesanalysis.compensation.planfile import pay_plan
from salesanalysis.core import playbook, share
from salesanalysis.core.client import Client
from salesanalysis.core.errors import SalesAnalysisError
from salesanalysis.data import load
from salesanalysis.data.new import write_client
from salesanalysis.factory.planfile import read_plan
from salesanalysis.factory.template import TEMPLATE

#: Seconds after which an input hangs.
LIMIT = 60
CELLS = (
    *(
        "",
        " ",
        "-",
        "0",
        "-1",
        "1e400",
        "nan",
        "inf",
        "1,5",
        "1.234.567,89",
        "(5)",
        "Rp 5",
        "9" * 400,
        "1_000",
        "0x1F",
    ),
    *(
        "2026-02-30",
        "2026-01-01",
        "01/02/2026",
        "31.12.9999",
        "0000-00-00",
        "99999-01-01",
        "2026-09-01T25:61:61Z",
    ),
    *(
        "2026-09-01 10:00:00+07:00",
        "won",
        "lost",
        "open",
        "WON",
        "r1",
        "R1",
        "r1 ",
        "a1",
        "o01",
        "true",
        "1",
        "call",
    ),
    *(
        "held",
        "meeting",
        "x;y",
        'a"b',
        "a,b",
        "a\nb",
        "a\r\nb",
        "\x00",
        "\ufeff",
        "\u2028",
        "é",
        "王",
        "🚀",
        "'",
    ),
)
VALUES = (
    *(
        None,
        np.nan,
        np.inf,
        -np.inf,
        0,
        -0.0,
        10**30,
        1e308,
        True,
        b"bytes",
        Decimal("1.10"),
        Decimal("NaN"),
        (),
    ),
    *(
        [1],
        {"a": 1},
        {1},
        pd.NaT,
        pd.NA,
        date(1, 1, 1),
        datetime(9999, 12, 31),
        pd.Timestamp("2026-09-01", tz="UTC"),
    ),
    *(
        pd.Timedelta("1D"),
        "\ud800",
        "a\udfffb",
        1 + 2j,
        object,
        pd.Period("2026-09"),
        np.datetime64("NaT"),
        2**63,
    ),
)


@cache
def tables() -> dict[str, pd.DataFrame]:
    """Return the tables that an input changes one of; few, for each is loaded with each input."""
    return {n: tiny.tables()[n] for n in ("reps", "opportunities", "accounts", "coaching", "goals")}


def changed_bytes(content: bytes, rng: random.Random, times: int = 6) -> bytes:
    """Return content with a few bytes changed, lost, doubled or moved."""
    data = bytearray(content)
    for _ in range(rng.randint(1, times)):
        at = rng.randrange(len(data) + 1)
        much = rng.choice((1, 1, 2, 8, 64))
        match rng.randrange(6):
            case 0:
                data[at : at + much] = rng.randbytes(much)
            case 1:
                del data[at : at + much]
            case 2:
                data[at:at] = data[at : at + 8 * much]
            case 3:
                data[at:at] = rng.choice(
                    (b"\x00", b"\xff\xfe", b'"', b"\n", b"\r", b",", b"\xef\xbb\xbf", b"{", b"]")
                )
            case 4:
                data[at:at] = rng.choice(CELLS).encode("utf-8", "surrogatepass")
            case _:
                data = data[:at] if rng.random() < 0.2 else data
    return bytes(data)


def changed_frame(frame: pd.DataFrame, rng: random.Random, values: Iterable[object] = CELLS) -> pd.DataFrame:
    """Return a table with some cells, names of columns and rows changed."""
    found, pool = frame.astype(object).copy(), list(values)
    for _ in range(rng.randint(1, 5)):
        column = rng.randrange(found.shape[1]) if found.shape[1] else 0
        match rng.randrange(8):
            case 0 | 1 | 2 if len(found) and found.shape[1]:
                found.iat[rng.randrange(len(found)), column] = rng.choice(pool)
            case 3 if found.shape[1]:
                found.isetitem(column, [rng.choice(pool) for _ in range(len(found))])
            case 4 if found.shape[1]:
                name = rng.choice([*pool[-20:], *CELLS, *map(str, frame.columns)])
                names = [name if i == column else c for i, c in enumerate(found.columns)]
                found.columns = pd.Index(names, dtype=object)  # texts of pandas hold no half characters
            case 5 if found.shape[1] > 1:
                found = found.iloc[:, [i for i in range(found.shape[1]) if i != column]]
            case 6:
                found = pd.concat([found, found.iloc[: rng.randint(0, 3)]])
            case 7:
                found = found.iloc[: rng.randint(0, len(found))]
    return found


def _written(frame: pd.DataFrame, ending: str) -> bytes:
    buffer = io.BytesIO()
    if ending == "xlsx":
        clean = frame.map(lambda v: hostile.printable(v) if isinstance(v, str) else v)
        clean.rename(columns=hostile.printable).to_excel(buffer, index=False)
    elif ending == "parquet":
        once = frame.loc[:, ~frame.columns.duplicated()]
        once.astype("str").to_parquet(buffer, index=False)
    elif ending == "json":
        records = [dict(zip(frame.columns, row)) for row in frame.astype("str").to_numpy().tolist()]
        buffer.write(json.dumps(records).encode("utf-8", "surrogatepass"))
    else:
        frame.to_csv(buffer, index=False)
    return buffer.getvalue()


def a_file(rng: random.Random, folder: Path, ending: str) -> Counter:
    """Load a company of which one file is broken."""
    name = rng.choice(list(tables()))
    for other in tables():
        if other != name:
            (folder / f"{other}.csv").write_bytes(_csv(other))
    frame = tables()[name]
    if rng.random() < 0.6:
        frame = changed_frame(frame, rng)
    content = _written(frame, ending)
    if rng.random() < 0.6:
        content = changed_bytes(content, rng)
    if rng.random() < 0.05:
        content = rng.randbytes(rng.choice((0, 1, 3, 100, 5000)))
    (folder / f"{name}.{ending}").write_bytes(content)
    return loaded(folder)


@cache
def _csv(name: str) -> bytes:
    return tables()[name].to_csv(index=False).encode()


def a_frame(rng: random.Random, folder: Path) -> Counter:
    """Load frames of which one holds anything."""
    name = rng.choice(list(tables()))
    return loaded({**tables(), name: changed_frame(tables()[name], rng, VALUES)})


def loaded(source: object, **said: object) -> Counter:
    settings = Client.from_dict({"as_of": "2026-09-30", "max_loss": 1, **said})
    crm = load(source, settings)
    left_out = crm.exclusions.groupby("table")["rows"].sum()
    for name, count in crm.rows_in.items():
        assert crm.tables[name].count().execute() + left_out.get(name, 0) == count, f"rows of {name} are lost"
    crm.tables["reps"].get_backend().disconnect()
    return Counter({"loaded": 1})


@cache
def texts(kind: str) -> tuple[str, ...]:
    """Return settings files that are right."""
    if kind == "playbook":
        return tuple(
            p.read_text("utf-8") for p in sorted(Path(playbook.__file__).parents[1].glob("playbook/*.toml"))
        )
    if kind == "batch":
        return (TEMPLATE, TEMPLATE.replace("\n# [", "\n[").replace("\n# rep", "\nrep"))
    sample = share.path("data", "sample")
    if kind == "plan":
        return ((sample / "plan.toml").read_text("utf-8"),)
    with tempfile.TemporaryDirectory() as folder:
        own = write_client(folder, name="Acme").read_text("utf-8")
    presets = [
        p.read_text("utf-8") for p in sorted(Path(playbook.__file__).parents[1].glob("mappings/*.toml"))
    ]
    return ((sample / "client.toml").read_text("utf-8"), own, own.replace("\n# ", "\n"), *presets)


def changed_text(text: str, rng: random.Random) -> bytes:
    """Return settings with lines changed, doubled, moved or given another value."""
    lines = text.splitlines()
    values = [
        "true",
        "-1",
        "1e999",
        "nan",
        "[]",
        "{}",
        '""',
        '"x"',
        "2026-13-01",
        "2026-01-01",
        "[1, [2]]",
        "9" * 99,
    ]
    values += [hostile.toml_text(n) for n in rng.sample(CELLS, 3)] + [f"[{{ a = {rng.choice(values)} }}]"]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        key, is_pair, value = lines[at].partition("=")
        match rng.randrange(7):
            case 0 | 1 | 2 if is_pair:
                lines[at] = f"{key}= {rng.choice(values)}"
            case 3:
                lines[at : at + 1] = []
            case 4:
                lines.insert(at, rng.choice(lines))
            case 5 if is_pair:
                lines[at] = f"{rng.choice([*CELLS, 'a.b', 'tables'])} ={value}"
            case 6 if is_pair:
                lines[at] = f"{rng.choice(lines).partition('=')[0]} ={value}"
        if not lines:
            lines = ["x"]
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    return changed_bytes(content, rng, 3) if rng.random() < 0.3 else content


def some_settings(rng: random.Random, folder: Path, kind: str, read: Callable[[Path], object]) -> Counter:
    """Read a broken settings file."""
    path = folder / f"{kind}.toml"
    path.write_bytes(changed_text(rng.choice(texts(kind)), rng))
    read(path)
    return Counter({"read": 1})


def a_load_with_settings(rng: random.Random, folder: Path) -> Counter:
    """Load a good company by broken settings."""
    path = folder / "client.toml"
    path.write_bytes(changed_text(rng.choice(texts("client")), rng))
    load(tables(), Client.read(path)).tables["reps"].get_backend().disconnect()
    return Counter({"loaded": 1})


KINDS: dict[str, Callable[[random.Random, Path], Counter]] = {
    "csv": lambda r, f: a_file(r, f, "csv"),
    "json": lambda r, f: a_file(r, f, "json"),
    "xlsx": lambda r, f: a_file(r, f, "xlsx"),
    "parquet": lambda r, f: a_file(r, f, "parquet"),
    "frames": a_frame,
    "client": lambda r, f: some_settings(r, f, "client", Client.read),
    "plan": lambda r, f: some_settings(r, f, "plan", pay_plan),
    "batch": lambda r, f: some_settings(r, f, "batch", read_plan),
    "playbook": lambda r, f: some_settings(r, f, "playbook", playbook.read),
    "by settings": a_load_with_settings,
}


def one(kind: str, number: int) -> Counter:
    """Try one input: it is used, or refused in words of our own."""
    with tempfile.TemporaryDirectory() as folder, in_time(), warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "The 'future.infer_string' option is deprecated")
        try:
            return KINDS[kind](random.Random(f"{kind} {number}"), Path(folder))
        except SalesAnalysisError as error:
            assert len(str(error)) > 20, repr(error)
            return Counter({"refused": 1})


@contextmanager
def in_time() -> Iterator[None]:
    """End an input that hangs."""

    def late(number: int, frame: object) -> None:
        raise TimeoutError(f"longer than {LIMIT} s")

    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, late)
        signal.alarm(LIMIT)
    try:
        yield
    finally:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)
