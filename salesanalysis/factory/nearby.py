"""Data that lie elsewhere are fetched for as long as a batch runs: settings and files by fsspec addresses."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..report.owner import ASIDE
from .plan import ClientPlan, Plan
from .storage import Store, is_remote


@contextmanager
def nearby(plan: Plan) -> Iterator[Plan]:
    """Give the plan with folders and sources of this machine in place of addresses of files.

    Examples
    --------
    >>> with nearby(Plan(Path("plan.toml"), "September", "out/{client}", "out")) as here:
    ...     here.clients
    ()
    """
    if not any(is_remote(one.folder) or is_remote(one.source) for one in plan):
        yield plan
        return
    with tempfile.TemporaryDirectory(prefix=ASIDE) as aside:
        yield replace(plan, clients=tuple(fetched(one, Path(aside)) for one in plan))


def fetched(client: ClientPlan, aside: Path) -> ClientPlan:
    """Return a client whose settings and data lie below `aside`, where they lay elsewhere.

    Raises
    ------
    InvalidInput
        There is nothing at the address.
    """
    places = {}
    for name in ("folder", "source"):
        place = getattr(client, name)
        if is_remote(place):
            places[name] = str(Store(place).fetch(aside / client.key / name))
    given = {name: getattr(client, name) for name in places}
    return replace(client, **places, given=given) if places else client
