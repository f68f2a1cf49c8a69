"""A PostgreSQL of one's own for tests: made in a folder, on the loopback, stopped afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

#: Where Debian and others put the programs of the server; the newest is taken.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)
#: A user who owns nothing else: the server refuses to run as root.
OWNER = "postgres"


def programs() -> Path | None:
    """Return the folder of the server's programs, None where there is none."""
    found = [
        p for place in PLACES for p in sorted(Path("/").glob(place.lstrip("/"))) if (p / "initdb").exists()
    ]
    on_path = shutil.which("initdb")
    return found[-1] if found else (Path(on_path).parent if on_path else None)


def missing() -> str:
    """Return why there can be no server here; empty where there can."""
    if programs() is None:
        return "PostgreSQL is not installed"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        try:
            pwd.getpwnam(OWNER)
        except KeyError:
            return f"PostgreSQL does not run as root, and there is no user '{OWNER}'"
        if not shutil.which("setpriv"):
            return "PostgreSQL does not run as root, and setpriv is not there to change the user"
    return ""


def _as_owner() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give its address without the database's name; stop it and remove its files."""
    bin_, folder = programs(), Path(tempfile.mkdtemp(prefix="pg"))
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER)
    data, port = folder / "data", _free_port()

    def run(*command: str) -> None:
        # Its output goes to a file: a server that inherits a pipe would keep it open.
        with (folder / "out.txt").open("a") as out:
            done = subprocess.run(
                [*_as_owner(), *command], cwd="/", stdout=out, stderr=out, timeout=120, check=False
            )
        assert done.returncode == 0, (folder / "out.txt").read_text()

    control = [str(bin_ / "pg_ctl"), "-D", str(data)]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -F -c TimeZone=America/New_York"
    try:
        run(str(bin_ / "initdb"), "-D", str(data), "-U", "reader", "-A", "trust", "-E", "UTF8", "--no-sync")
        run(*control, "-w", "-o", options, "-l", str(folder / "log.txt"), "start")
        yield f"postgresql://reader@127.0.0.1:{port}"
    finally:
        if (data / "postmaster.pid").exists():
            run(*control, "-w", "-m", "fast", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def fill(address: str, schema: str, frames: dict[str, pd.DataFrame], types: dict[str, str]) -> str:
    """Write frames as tables into a schema of their own; return its address.

    `types` maps the type of a column of a frame (``string``, ``date``, ``timestamp``, ``float64``, ``bool``)
    to that of the database.
    """
    import psycopg

    with psycopg.connect(f"{address}/postgres", autocommit=True) as con, con.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
        for name, frame in frames.items():
            kinds = {c: types[_kind(frame[c])] for c in frame.columns}
            columns = ", ".join(f'"{c}" {kind}' for c, kind in kinds.items())
            cursor.execute(f'CREATE TABLE "{schema}"."{name}" ({columns})')
            with cursor.copy(f'COPY "{schema}"."{name}" FROM STDIN') as copy:
                for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
                    copy.write_row(row)
            cursor.execute(f'ANALYZE "{schema}"."{name}"')
    return f"{address}/postgres/{schema}"


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "bool"
    if pd.api.types.is_float_dtype(column) or pd.api.types.is_integer_dtype(column):
        return "float64"
    if not pd.api.types.is_datetime64_any_dtype(column):
        return "string"
    return "timestamp" if (column.dropna() != column.dropna().dt.normalize()).any() else "date"
