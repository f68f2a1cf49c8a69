"""Where the data of a test lies: a PostgreSQL and a Spark session of our own, shared by all who ask."""

from __future__ import annotations

from pathlib import Path

import ibis
import pandas as pd
import postgres_server
import pytest

TEXT = dict.fromkeys(("string", "date", "timestamp", "float64", "bool"), "text")
TYPED = {
    "string": "text",
    "date": "date",
    "timestamp": "timestamp",
    "float64": "numeric",
    "bool": "boolean",
}
_NUMBER = iter(range(10**6))


@pytest.fixture(scope="session")
def postgres():
    """The address of a PostgreSQL server of our own."""
    reason = postgres_server.missing()
    if reason:
        pytest.skip(reason)
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'salesanalysis[postgres]'")
    with postgres_server.server() as address:
        yield address


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """A local Spark session that writes nowhere but into a temporary folder."""
    pyspark = pytest.importorskip(
        "pyspark.sql", reason="PySpark is not installed: pip install 'salesanalysis[spark]'"
    )
    quick = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        # Small tables: no time is spent on compiling and planning anew.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.session.timeZone": "America/New_York",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    session = pyspark.SparkSession.builder.master("local[1]").config(map=quick).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def in_duckdb(frames: dict[str, pd.DataFrame]) -> ibis.backends.BaseBackend:
    """Return a connection to a DuckDB that Ibis made, which is a database like any other."""
    backend = ibis.duckdb.connect()
    for name, frame in frames.items():
        backend.con.register("incoming", frame)
        backend.con.execute(f'CREATE TABLE "{name}" AS FROM incoming')
        backend.con.unregister("incoming")
    return backend


def in_spark(session, frames: dict[str, pd.DataFrame], folder: Path) -> ibis.backends.BaseBackend:
    for view in session.catalog.listTables():
        session.catalog.dropTempView(view.name)
    for name, frame in frames.items():
        path = folder / f"{name}.parquet"
        frame.to_parquet(path, coerce_timestamps="us")
        session.read.parquet(str(path)).createOrReplaceTempView(name.replace(" ", "_"))
    return ibis.pyspark.connect(session)


@pytest.fixture(
    params=[
        "duckdb" if postgres_server.missing() else "postgres",
        # PySpark and pandas 3 warn about each other.
        pytest.param("spark", marks=[pytest.mark.slow, pytest.mark.filterwarnings("ignore")]),
    ]
)
def place(request, tmp_path):
    """Put frames into a database; return what `load` takes."""
    if request.param == "duckdb":
        return lambda frames, types=TYPED: in_duckdb(frames)
    if request.param == "postgres":
        address = request.getfixturevalue("postgres")
        return lambda frames, types=TYPED: postgres_server.fill(address, f"s{next(_NUMBER)}", frames, types)
    session = request.getfixturevalue("spark")
    folder = tmp_path / f"p{next(_NUMBER)}"
    folder.mkdir()
    return lambda frames, types=TYPED: in_spark(session, frames, folder)
