"""The playbook as coaching uses it: every name in it must be a KPI or a step of the sales process."""

from __future__ import annotations

from collections.abc import Mapping

from ..core import playbook as books
from ..core.client import Client
from ..core.errors import InvalidInput, did_you_mean
from ..core.playbook import Entry
from ..kpi.catalogue import KPIS
from .chain import CLOSED

#: Occasions to look at together where the playbook has no entry that says how many.
OBSERVE = 5


def playbook(client: Client) -> Mapping[str, Entry]:
    """Read the playbook of a client: the packaged one with what the client's own ``playbook.toml`` changes.

    Raises
    ------
    InvalidInput
        The file cannot be used, or an entry is for something that is neither a KPI nor a step of the sales
        process; a close match is named.

    Examples
    --------
    >>> playbook(Client())["win"].observe
    4
    """
    book = books.playbook(client)
    known = (*KPIS, CLOSED)
    for entry in book.values():
        for name in entry.factors:
            if name not in known:
                raise InvalidInput(
                    f"'{name}' in the factors of [{entry.key}] of {books.FILE_NAME} is no KPI."
                    f"{did_you_mean(name, known)}"
                )
    return book
