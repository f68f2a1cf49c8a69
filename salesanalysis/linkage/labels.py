"""Names of activities and verdicts in the reader's language, for tables, figures and sentences alike."""

from __future__ import annotations

from ..core.i18n import Language


def activity_label(words: Language, term: str, *, capital: bool = True) -> str:
    """Return the name of an activity; one that has no catalogue name is written as the source writes it.

    Examples
    --------
    >>> activity_label(Language("id"), "meetings"), activity_label(Language("en"), "site_visit")
    ('Pertemuan', 'Site visit')
    """
    key = f"linkage.activity.{term}"
    name = words.t(key) if words.has(key) else term.replace("_", " ").strip()
    return name[:1].upper() + name[1:] if capital else name


def verdict_label(words: Language, verdict: str, *, capital: bool = True) -> str:
    """Return the words of a verdict.

    Examples
    --------
    >>> verdict_label(Language("en"), "linked_negative")
    'Linked, negative'
    """
    text = words.t(f"linkage.verdict.{verdict}")
    return text[:1].upper() + text[1:] if capital else text


def reason_label(words: Language, reason: str) -> str:
    """Return why a verdict was given, in a few words; nothing for an empty code.

    Examples
    --------
    >>> reason_label(Language("en"), "")
    ''
    """
    return words.t(f"linkage.reason.{reason}") if reason else ""
