"""The KPI passport: each candidate through four tests: measurable, significant, goal-oriented, coachable."""

from .outcome import TESTS
from .qualify import PassportResult, qualify

__all__ = ["TESTS", "PassportResult", "qualify"]
