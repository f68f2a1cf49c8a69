"""Executed notebooks fit to be handed over: no paths, no names of machines, no errors' insides."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..core.errors import InvalidInput
from ..core.secrets import scrubbed as without_secrets
from ..report.owner import ASIDE, PLACES

#: What a notebook keeps of its own settings; tools add paths, times and versions of the machine.
_KEPT = ("language_info",)
_CELL_KEPT = ("tags",)
#: What was put aside for one run.
_ASIDE = re.compile(rf"{re.escape(tempfile.gettempdir())}[/\\]{ASIDE}\w+[/\\]")
_PLACE = re.compile(rf"^(\s*(?:{'|'.join(PLACES)})\s*(?::\s*str\s*)?=\s*)(['\"]).*\2(.*)$", re.MULTILINE)


def scrubbed(content: bytes, places: Iterable[str] = ()) -> bytes:
    """Return a notebook without what says where it ran.

    `places`, paths of this machine, are taken out wherever they stand. Parameters that say where data lie
    become empty; metadata of tools, what was printed to the error channel and tracebacks go; the rest stays.

    Raises
    ------
    InvalidInput
        It is no notebook.

    Examples
    --------
    >>> tags = {"tags": ["parameters"]}
    >>> cell = {"cell_type": "code", "metadata": tags, "source": 'client = "/home/me/acme"', "outputs": []}
    >>> b"/home/me" in scrubbed(json.dumps({"cells": [cell], "metadata": {"papermill": {}}}).encode())
    False
    """
    try:
        notebook = json.loads(content)
        cells = list(notebook["cells"])
    except (ValueError, KeyError, TypeError):
        raise InvalidInput("A notebook to be handed over is none; it stays here.") from None
    notebook["metadata"] = _only(notebook.get("metadata", {}), _KEPT)
    notebook["cells"] = [_cell(cell) for cell in cells]
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    for place in sorted({p for p in places if "/" in p or "\\" in p}, key=len, reverse=True):
        text = text.replace(json.dumps(place, ensure_ascii=False)[1:-1], "…")
    return text.encode()


def placeless(text: str, plan: Path) -> str:
    """Return a message without this machine's folders: those beside the plan as the plan writes them.

    Examples
    --------
    >>> placeless("Cannot write /home/me/sep/delivery/a.html", Path("/home/me/sep/plan.toml"))
    'Cannot write delivery/a.html'
    """
    text = text.replace(f"{plan.resolve().parent}{os.sep}", "")
    return str(without_secrets(_ASIDE.sub("", text)))


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    made = {**cell, "metadata": _only(cell.get("metadata", {}), _CELL_KEPT)}
    if "parameters" in " ".join(made["metadata"].get("tags", ())):
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        made["source"] = _PLACE.sub(r"\1\2\2\3", source)
    if "outputs" in cell:
        made["outputs"] = [one for one in cell["outputs"] if not _tells_of_the_machine(one)]
    return made


def _tells_of_the_machine(output: Mapping[str, Any]) -> bool:
    is_error = output.get("output_type") == "error"
    return is_error or (output.get("output_type") == "stream" and output.get("name") == "stderr")


def _only(metadata: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: metadata[name] for name in names if name in metadata}
