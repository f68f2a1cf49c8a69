"""What a batch has worked out already: each result computed once, by whichever process asks first.

Reports of one batch ask for much that does not depend on the rep: the tables as loaded, sums of a period,
the passport of the KPIs. Within `shared` such results lie in a folder of the batch's own, as files named
after all that they depend on. Without a shelf, whoever needs something computes it; the numbers are the same.

Files are pickles: the folder is private to the user (mode 0700), made new for a batch, read by that batch
alone and removed with it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from . import stored, versions
from .files import await_lock

if TYPE_CHECKING:
    from .crm import Crm

P = ParamSpec("P")
T = TypeVar("T")

#: Folder of the shelf within the folder that it is given.
NAME = "shelf"

#: Environment variable that tells a process where results lie, and with it all those that it starts, by
#: fork or anew, kernels included.
PLACE = "SALESANALYSIS_SHELF"


@contextmanager
def shared(folder: str | Path) -> Iterator[Path]:
    """Keep results in a folder inside `folder` until the block is left, for this process and all it starts.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as aside, shared(aside) as place:
    ...     oct(place.stat().st_mode)[-3:], place == kept_in()
    ('700', True)
    >>> kept_in() is None
    True
    """
    before = os.environ.get(PLACE)
    place = Path(folder, NAME).absolute()
    place.mkdir(mode=0o700, exist_ok=True)
    _made_by()  # read once, before any child is there
    os.environ[PLACE] = str(place)
    try:
        yield place
    finally:
        del os.environ[PLACE]
        if before:
            os.environ[PLACE] = before


def kept_in() -> Path | None:
    """Return the folder of the shelf in use; None without one.

    A folder that is gone, or into which somebody else can write, is none: what lies there would be run.
    """
    if not (place := os.environ.get(PLACE)):
        return None
    try:
        found = os.stat(place)
    except OSError:
        return None
    is_private = os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
    return Path(place) if is_private else None


def kept(
    crm: Crm, name: str, args: tuple[object, ...], make: Callable[[], T], *, in_memory: bool = True
) -> T:
    """Return what `make` computes from `crm` and `args`, computed once for a Crm and once in a batch.

    Parameters
    ----------
    crm : Crm
        The data; its rows, day, settings and narrowing are part of what a result is known by.
    name : str
        Which computation it is, such as ``coaching.passport``.
    args : tuple
        All that the result depends on beside `crm`: texts, numbers, days, periods, tuples of them.
    make : callable
        Computes it; what it returns must not be changed by anyone.
    in_memory : bool
        False: not held for the life of `crm`, only on the shelf: for what is large, or is handed out.

    Raises
    ------
    TypeError
        An argument that cannot be told from another by what it says, such as a frame.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> kept(crm, "example.sum", (1, 2), lambda: 1 + 2), kept(crm, "example.sum", (1, 2), lambda: 99)
    (3, 3)
    """
    key = (name, *_plain(args))
    if key in crm.memory:
        return crm.memory[key]
    if kept_in() is None or not crm.fingerprint:
        found = make()
    else:
        found = once((name, identity(crm), *key), make, own={"crm": crm, "client": crm.client})
    if in_memory:
        crm.memory[key] = found
    return found


def kept_by_arguments(analysis: Callable[P, T]) -> Callable[P, T]:
    """Have a batch run an analysis of a `Crm` once for the same arguments, whatever language it is told in.

    For analyses that reports of several languages, editions or entities ask for alike. Without a shelf, and
    where an argument is not plain (a result, a frame), the analysis simply runs.

    Examples
    --------
    >>> import tempfile
    >>> import salesanalysis as sa
    >>> days = kept_by_arguments(lambda crm, more=0: crm.as_of.toordinal() + more)
    >>> with tempfile.TemporaryDirectory() as aside, shared(aside) as place:
    ...     both = [days(sa.sample(), 1), days(sa.sample(language="id"), more=1)]
    ...     both[0] == both[1], len([name for name in made(place) if "lambda" in name])
    (True, 1)
    """
    shape, name = signature(analysis), f"{analysis.__module__}.{analysis.__name__}"

    @wraps(analysis)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        from .crm import Crm

        if kept_in() is None or not args or not isinstance(args[0], Crm):
            return analysis(*args, **kwargs)
        try:
            given = shape.bind(*args, **kwargs)
            given.apply_defaults()
            known_by = _plain(tuple(given.arguments.values())[1:])
        except TypeError:
            return analysis(*args, **kwargs)
        return kept(args[0], name, known_by, lambda: analysis(*args, **kwargs), in_memory=False)

    return asked


def once(
    known_by: tuple[object, ...], make: Callable[[], T], *, own: Mapping[str, object] | None = None
) -> T:
    """Return what `make` computes, made once in a batch; one process makes it while others that ask wait.

    Parameters
    ----------
    known_by : tuple
        Name first, then all that the result depends on; the version of the code is added here.
    make : callable
    own : mapping of str to object, optional
        Objects that every process has itself: results refer to them and do not carry them.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as aside, shared(aside):
    ...     once(("example", 1), lambda: [1.5]), once(("example", 1), lambda: ["never made"])
    ([1.5], [1.5])
    """
    if (folder := kept_in()) is None:
        return make()
    place, own = place_of(folder, known_by), own or {}
    if (found := stored.read(place, own)) is not None:
        return found[0]
    with place.with_suffix(".lock").open("ab") as lock:
        # Goes with the process that holds it, however that ends. Windows has no such locks: there a result
        # may be computed twice, and is whole anyhow.
        await_lock(lock.fileno())
        if (found := stored.read(place, own)) is not None:
            return found[0]
        made = make()
        lock.write(f"{known_by[0]}\n".encode())
        with suppress(OSError):  # a full disk costs time, not the report
            stored.write(place, made, own)
    return made


def place_of(folder: Path, known_by: tuple[object, ...], suffix: str = ".pickle") -> Path:
    """Return the file for a result in a shelf: named after all it depends on and the version of the code.

    Raises
    ------
    TypeError
        Something in `known_by` cannot be told from another by what it says.
    """
    text = repr((_made_by(), _plain(known_by)))
    return Path(folder, hashlib.sha256(text.encode()).hexdigest()[:32] + suffix)


def made(folder: Path) -> list[str]:
    """Return the names of all that was computed for a shelf, as often as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as aside, shared(aside) as place:
    ...     [once((name,), dict) for name in ("a", "b", "a")], made(place)
    ([{}, {}, {}], ['a', 'b'])
    """
    return sorted(line for file in folder.glob("*.lock") for line in file.read_text().splitlines())


def identity(crm: Crm) -> str:
    """Return a hash of all that a computation can see of a Crm: data, day, settings, what was left out.

    The language is the reader's: figures are the same in all.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> crm = sa.sample()
    >>> identity(crm) == identity(sa.sample()), identity(crm) == identity(crm.only(team="Jakarta 1"))
    (True, False)
    """
    key = ("shelf.identity",)
    if key not in crm.memory:
        seen = hashlib.sha256()
        for part in (crm.fingerprint, crm.as_of, replace(crm.client, language="en"), crm.rows_in, crm.scope):
            seen.update(repr(part).encode())
        for frame in (crm.exclusions, crm.findings):
            seen.update(frame.to_csv().encode())
        for table in crm.tables.items():
            seen.update(_read_as(*table).encode())
        crm.memory[key] = seen.hexdigest()
    return crm.memory[key]


def _read_as(name: str, table: Any) -> str:
    """Say what a canonical table is read from: a stored table's columns, or the query that narrows it."""
    stored = type(table.op()).__name__ == "DatabaseTable"
    return f"{name}: {table.schema() if stored else table.compile()}"


def _made_by() -> tuple[object, ...]:
    return versions.of_code(), *sorted(versions.of_packages().items())


def _plain(value: object) -> Any:
    """Return a value in a form whose text says all of it; refuse what has none."""
    if value is None or isinstance(value, (str, bool, int, float, date)):
        return value
    if isinstance(value, (tuple, list)):
        return tuple(_plain(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value).__name__, *(_plain(getattr(value, f.name)) for f in fields(value)))
    raise TypeError(f"A result cannot be known by a {type(value).__name__}; name it by text, numbers, days.")
