"""Markdown and HTML of an analyst's own cells as Typst markup, through pandoc."""

from __future__ import annotations

import json
import subprocess
from functools import cache, lru_cache

import pypandoc

from ..core import share
from ..core.errors import InvalidInput

#: How long the texts of a report may take.
_SECONDS = 60


def to_typst(fragments: list[tuple[str, str]]) -> list[str]:
    """Convert (format, text) fragments to Typst markup in one pandoc call.

    Parameters
    ----------
    fragments : list of (str, str)
        Format ``"markdown"`` or ``"html"``, and the text.

    Returns
    -------
    list of str
        Markup in the same order. Remote images become their description, formulas their source text.

    Raises
    ------
    InvalidInput
        If pandoc cannot read a fragment.

    Examples
    --------
    >>> to_typst([("markdown", "Calls **go with** wins #1")])
    ['Calls #strong[go with] wins \\\\#1\\n']
    """
    return list(_convert(tuple(fragments)))


@lru_cache(maxsize=32)
def _convert(fragments: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    given = json.dumps([{"format": form, "text": text} for form, text in fragments])
    script = share.path("templates", "salesreport", "fragments.lua")
    try:
        done = subprocess.run(
            [_pandoc(), "lua", str(script)],
            input=given.encode(),
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise InvalidInput(
            f"The Markdown and HTML of the notebook's own cells ({len(given) / 1e6:.0f} MB) take more than "
            f"{_SECONDS} s to set as PDF. Shorten them, or write HTML only."
        ) from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise InvalidInput(
            f"A Markdown or HTML output of the notebook cannot be converted: {' '.join(reason[:2])}"
        )
    return tuple(json.loads(done.stdout))


@cache
def _pandoc() -> str:
    return pypandoc.get_pandoc_path()
