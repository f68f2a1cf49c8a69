"""What this data can and cannot answer: the first of the four tests, measurable."""

from .assess import ReadinessResult, assess
from .fixes import names_of
from .ledger import ledger
from .measurable import CLOCKS, PARTS, measurable_of
from .questions import ENOUGH, QUESTIONS

__all__ = [
    "CLOCKS",
    "ENOUGH",
    "PARTS",
    "QUESTIONS",
    "ReadinessResult",
    "assess",
    "ledger",
    "measurable_of",
    "names_of",
]
