"""Addresses of databases: what they may say, where passwords come from, and how a connection is made."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit
from weakref import finalize

import ibis
from ibis.common.exceptions import IbisError

from ...core.errors import InvalidInput, did_you_mean
from ...core.secrets import PLACE, SECRET, hidden, value_of

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

#: Address -> what `ibis` calls the engine and which extra of this package installs it.
ENGINES = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "pyspark": "spark",
    "trino": "trino",
    "bigquery": "bigquery",
    "snowflake": "snowflake",
    "databricks": "databricks",
    "mysql": "mysql",
    "mssql": "mssql",
    "clickhouse": "clickhouse",
    "duckdb": "duckdb",
}
_EXTRAS = ("postgres", "spark")
#: Modules of drivers and the error that each raises for whatever goes wrong.
_ERRORS = (
    ("psycopg", "Error"),
    ("duckdb", "Error"),
    ("pyspark.errors", "PySparkException"),
    ("py4j.protocol", "Py4JError"),
    ("trino.exceptions", "Error"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("snowflake.connector.errors", "Error"),
    ("databricks.sql.exc", "Error"),
    ("MySQLdb", "Error"),
    ("pyodbc", "Error"),
    ("clickhouse_connect.driver.exceptions", "Error"),
)


def is_address(source: object) -> bool:
    """Tell whether a source is the address of a database.

    Examples
    --------
    >>> is_address("postgresql://host/crm"), is_address("exports/acme")
    (True, False)
    """
    return isinstance(source, str) and re.match(r"[a-zA-Z][a-zA-Z0-9+]*://", source) is not None


def connect(address: str) -> BaseBackend:
    """Connect to the database at an address; passwords come from the environment only.

    Raises
    ------
    InvalidInput
        The address holds a password, names a variable that is not set or an engine nobody knows; its driver
        is not installed, or the database does not answer.
    """
    scheme = urlsplit(check(address)).scheme.lower()
    if scheme not in ENGINES:
        raise InvalidInput(f"Unknown kind of database '{scheme}'.{did_you_mean(scheme, ENGINES)}")
    url = filled(address)
    try:
        with refused(f"'{address}' cannot be opened"):
            backend = ibis.connect(url)
    except ImportError as error:
        extra = ENGINES[scheme]
        package = f"salesanalysis[{extra}]" if extra in _EXTRAS else f"ibis-framework[{extra}]"
        said = next(iter(str(error).splitlines()), "").rstrip(".")
        raise InvalidInput(
            f"'{address}' needs a driver that is not installed ({said}). Install it: pip install '{package}'"
        ) from None
    close = getattr(getattr(backend, "con", None), "close", None)
    if callable(close):
        finalize(backend, close)  # with the last table that is asked of it
    return backend


def check(address: str) -> str:
    """Return an address that holds no secret.

    Raises
    ------
    InvalidInput
        It holds a password or a token; the message does not repeat it.

    Examples
    --------
    >>> check("postgresql://reader@host/crm")
    'postgresql://reader@host/crm'
    """
    try:
        parts = urlsplit(address)
        password, asked = parts.password, parse_qsl(parts.query, keep_blank_values=True)
        _ = parts.port  # a port that is no number is said here
    except ValueError as error:
        raise InvalidInput(f"The address of the database cannot be read: {error}.") from None
    if password and not PLACE.fullmatch(password):
        raise InvalidInput(
            "The address of the database holds a password. Take it out and give it by the environment: "
            "set PGPASSWORD (PostgreSQL), or write a placeholder such as "
            f"{parts.scheme}://{parts.username or 'reader'}:${{CRM_PASSWORD}}@{parts.hostname or 'host'}"
            f"{parts.path} and set CRM_PASSWORD. ${{keyring:service:name}} takes it from the keyring."
        )
    for key, value in asked:
        if SECRET.search(key) and value and not PLACE.fullmatch(value):
            raise InvalidInput(
                f"The address of the database holds a secret ('{key}'). Write {key}=${{CRM_SECRET}} instead "
                "and set CRM_SECRET in the environment."
            )
    return address


def filled(address: str) -> str:
    """Return an address with every place filled, from the environment or from the keyring.

    Raises
    ------
    InvalidInput
        A variable is not set, or its name cannot be one; the keyring does not hold what is named.
    """
    parts = urlsplit(address)
    # Who connects and to what may be read by all; the case of a host is not kept.
    known = f"{parts.username or ''} {parts.hostname or ''} {parts.path}".lower()

    def value(match: re.Match[str]) -> str:
        # Quoted: a password may hold signs that mean something in an address.
        return quote(value_of(match[1], is_secret=match[0].lower() not in known), safe="")

    return PLACE.sub(value, address)


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Turn whatever a database or its driver complains about into one clear message."""
    try:
        yield
    except complaints() as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = hidden(lines[0] if lines else type(error).__name__)
        raise InvalidInput(f"{what}: {said.rstrip('.')}.") from None


def complaints() -> tuple[type[BaseException], ...]:
    """Return the errors of the drivers that are in use; none is imported for this."""
    found = [getattr(sys.modules[m], name, None) for m, name in _ERRORS if m in sys.modules]
    # A module imported while the errors are looked for is imported by now.
    return (IbisError, OSError, *(error for error in found if error is not None))
