"""salesanalysis: which sales activities go with winning, and who needs coaching on what."""

__version__ = "0.1.0"
