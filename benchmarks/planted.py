"""How often a diagnosis finds what is planted in sample companies, and names something where nothing is.

    python benchmarks/planted.py [--seeds N] [--periods 2026-Q3 2026 2025-07-01..2026-09-30]

Companies of the generator with seeds 2, 3 ...; each rep who can be compared is diagnosed over each period.
A gap counts as found when it is certain (decomposition, control limits, sizes) and the right factor.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

# What is planted where stands with the tests, which run one company.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from planted import company, rates

PERIODS = ("2026-Q3", "2026", "2025-04-01..2026-09-30")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=8, help="companies")
    parser.add_argument("--periods", nargs="*", default=list(PERIODS))
    asked = parser.parse_args()
    made = [company(seed, asked.periods) for seed in range(2, 2 + asked.seeds)]
    shown = rates(pd.concat(made, ignore_index=True))
    table = Table(title=f"{asked.seeds} companies")
    for name in shown.columns:
        table.add_column(name)
    for row in shown.itertuples(index=False):
        table.add_row(*(str(value) for value in row))
    Console(width=140).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
