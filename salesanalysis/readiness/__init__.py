"""What this data can and cannot answer: the first of the four tests, measurable."""

from .assess import QUESTIONS, ReadinessResult, assess

__all__ = ["QUESTIONS", "ReadinessResult", "assess"]
