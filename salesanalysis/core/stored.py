"""Results as files: what every process has itself, its data and settings, is only named in them."""

from __future__ import annotations

import copyreg
import io
import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any


def write(place: Path, value: object, own: Mapping[str, object]) -> None:
    """Write a result aside and rename it; it need not outlive the machine, so nothing waits for the disk.

    Parameters
    ----------
    place : Path
        Its file.
    value : object
        The result; data or settings in it must be among `own`, else `TypeError`.
    own : mapping of str to object
        What every process has itself.

    Examples
    --------
    >>> import tempfile
    >>> mine, yours = object(), object()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder, "a"), [1, mine], {"crm": mine})
    ...     read(Path(folder, "a"), {"crm": yours}) == ([1, yours],)
    True
    """
    content, aside = io.BytesIO(), place.with_suffix(f".{os.getpid()}")
    _Pickler(content, own).dump(value)
    try:
        aside.write_bytes(content.getbuffer())
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)


def read(place: Path, own: Mapping[str, object]) -> tuple[Any] | None:
    """Return the result in a file, alone in a tuple; None when there is no such file.

    Only from a folder that nobody else can write into: reading a pickle can run what it says.

    Examples
    --------
    >>> read(Path("gone"), {}) is None
    True
    """
    try:
        with place.open("rb") as file:
            return (_Unpickler(file, own).load(),)
    except FileNotFoundError:
        return None


class _Pickler(pickle.Pickler):
    """Writes results; what every process has itself is only named."""

    def __init__(self, file: IO[bytes], own: Mapping[str, object]) -> None:
        from .client import Client
        from .crm import Crm

        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        kinds = {MappingProxyType: lambda view: (_proxy, (dict(view),)), Crm: _refuse, Client: _refuse}
        self.dispatch_table = copyreg.dispatch_table | kinds
        self._own = {id(value): name for name, value in own.items()}

    def persistent_id(self, value: object) -> str | None:
        return self._own.get(id(value))


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: IO[bytes], own: Mapping[str, object]) -> None:
        super().__init__(file)
        self._own = own

    def persistent_load(self, name: str) -> object:
        return self._own[name]


def _refuse(other: object) -> tuple[Any, ...]:
    raise TypeError(f"A result on the shelf cannot carry data or settings but the asker's own: {other!r}")


def _proxy(values: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(values)
