"""Names compared as people mean them: ``CloseDate``, ``close_date`` and ``Close Date`` are one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

_ENDING = re.compile(r"\.(csv|tsv|txt|xlsx|xlsm|parquet|pq|jsonl|ndjson|json|avro)(\.gz)?$", re.IGNORECASE)


def squeezed(name: str) -> str:
    """Return the letters and digits of a name in lower case; ``*`` stays.

    Examples
    --------
    >>> squeezed("Close Date") == squeezed("CloseDate") == "closedate"
    True
    """
    return "".join(c for c in name.casefold() if c.isalnum() or c == "*")


def stem(item: str) -> str:
    """Return the name of a file without its ending, of a table without its schema.

    Examples
    --------
    >>> stem("Opportunity.csv.gz"), stem("crm.Opportunity")
    ('Opportunity', 'Opportunity')
    """
    bare = _ENDING.sub("", item)
    return bare if bare != item else bare.rpartition(".")[2]


def fits(item: str, pattern: str, prefixes: Iterable[str] = ()) -> bool:
    """Tell whether a file or table goes by the name `pattern`, in which ``*`` stands for anything.

    Examples
    --------
    >>> fits("sf_opportunity_data.csv", "Opportunity", ["sf", "salesforce"])
    True
    >>> fits("opportunity_history.csv", "Opportunity")
    False
    """
    wanted, bare = squeezed(stem(pattern)), squeezed(stem(item))
    heads = ("", *(squeezed(p) for p in prefixes))
    for head in heads:
        if bare.startswith(head):
            rest = bare[len(head) :]
            if any(fnmatchcase(rest.removesuffix(tail), wanted) for tail in ("", "data", "export")):
                return True
    return fnmatchcase(squeezed(item), squeezed(pattern))


def column(wanted: str, columns: Iterable[str]) -> str:
    """Return the column that goes by the name `wanted`, empty where none or several do.

    Examples
    --------
    >>> column("OwnerId", ["id", "owner_id"])
    'owner_id'
    """
    held = list(columns)
    if wanted in held:
        return wanted
    found = [c for c in held if squeezed(c) == squeezed(wanted)]
    return found[0] if len(found) == 1 else ""
