"""`explain(result)` says in sentences what a result holds, from the message catalogues.

Modules of this package register one function per result type::

    @explains(LinkageResult)
    def linkage(result, detail, kind): ...

`detail` is one of `DETAILS`; decisive words are set in ``**bold**``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

from ..core.errors import InvalidInput, did_you_mean
from ..core.result import Result

__all__ = ["DETAILS", "explain", "explains", "preload"]

#: What can be asked: the finding, what is shown, three sentences, source line, alt text, how it was computed.
DETAILS = ("title", "subtitle", "answer", "source", "alt", "method")

Teller = Callable[[Any, str, str], str]
_TELLERS: dict[type, Teller] = {}


def explains(result_type: type) -> Callable[[Teller], Teller]:
    """Register the function that puts results of `result_type` into words."""

    def register(teller: Teller) -> Teller:
        _TELLERS[result_type] = teller
        return teller

    return register


def explain(result: Result, detail: str = "answer", *, kind: str = "", language: str = "") -> str:
    """Put `result` into words.

    Parameters
    ----------
    result : Result
        Any result of this package.
    detail : str
        One of ``title, subtitle, answer, source, alt, method``. An answer is three sentences, one a line.
    kind : str
        Picture or table that the words accompany; empty: the result as a whole.
    language : str
        ``en`` or ``id``; empty: the client's own.

    Raises
    ------
    InvalidInput
        Unknown detail or language, or a result that has no words.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> text = sa.explain(sa.link(sa.sample()), "title")  # doctest: +SKIP
    """
    preload()
    if detail not in DETAILS:
        raise InvalidInput(f"Unknown detail '{detail}'.{did_you_mean(detail, DETAILS)}")
    if not isinstance(result, Result):
        raise InvalidInput(
            f"Only results can be put into words, such as sa.link(crm), not {type(result).__name__}."
        )
    teller = _TELLERS.get(type(result))
    if teller is None:
        raise InvalidInput(f"{type(result).__name__} has no words; its numbers are in .table.")
    if language:
        result = replace(result, client=result.client.with_language(language))
    return teller(result, detail, kind)


@cache
def preload() -> None:
    """Import the modules of this package, so that each registers its words."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
