"""What papermill finds by its entry point: a door to `kernel`, which needs papermill to be there first."""

from __future__ import annotations

from typing import Any


class Door:
    """Cells in a shell of this process: ``papermill --engine salesanalysis in.ipynb out.ipynb``."""

    def __getattr__(self, name: str) -> Any:
        from .kernel import InProcessEngine

        return getattr(InProcessEngine, name)


#: The engine, imported when papermill first asks something of it.
ENGINE = Door()
