"""Write the sample company and its truth again: ``python tests/make_sample.py``."""

from __future__ import annotations

import json
from pathlib import Path

from salesanalysis.data.sample_crm import generate, write

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "sample"
TRUTH = ROOT / "tests" / "reference" / "sample_truth.json"


def main() -> None:
    """Write the tables for everybody, and what was planted for the tests alone."""
    crm = generate()
    write(FOLDER, crm)
    TRUTH.write_text(json.dumps(crm.truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
