"""Where the files that travel with the package lie: notebooks, templates, sample data."""

from __future__ import annotations

from pathlib import Path

#: Folder of this package, and the one inside an installed wheel that holds what lies beside it in a checkout.
PACKAGE, INSIDE = Path(__file__).resolve().parent.parent, "_share"


def path(*parts: str) -> Path:
    """Return the path of a shared file or folder.

    An installed wheel carries them under the package; a checkout has them at its top level.

    Examples
    --------
    >>> path("notebooks").name
    'notebooks'
    """
    inside = PACKAGE / INSIDE
    root = inside if inside.is_dir() else PACKAGE.parent
    return root.joinpath(*parts)


def mappings() -> dict[str, Path]:
    """Return the presets that come with the package: name -> file.

    Examples
    --------
    >>> mappings()["salesforce"].name
    'salesforce.toml'
    """
    found = sorted((PACKAGE / "mappings").glob("*.toml"))
    return {file.stem: file for file in found if not file.name.startswith("_")}


def playbooks() -> tuple[Path, ...]:
    """Return the files of the playbook that comes with the package, in the order in which they are read.

    Examples
    --------
    >>> [file.stem for file in playbooks()]
    ['calling', 'selling', 'pipeline', 'roles']
    """
    names = ("calling", "selling", "pipeline", "roles")
    return tuple(PACKAGE / "playbook" / f"{name}.toml" for name in names)
