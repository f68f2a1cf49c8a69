# Two commands do everything on a machine with Python 3.11 or later and make: `make report` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: report test test-fast lint sample bench clean
.DEFAULT_GOAL := report

# The environment: exact versions, then this package, editable.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'salesanalysis needs Python 3.11 or later')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)

# The main job on the sample company, in both languages.
report: $(READY)
	$(BIN)/salesanalysis report --sample --language en,id --out reports

# All tests, slow ones included. Tests of a file share what they compute, so a file stays on one processor.
test: $(READY) lint
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-fast: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Write the sample company anew (same seed, same files).
sample: $(READY)
	$(BIN)/python tests/make_sample.py

bench: $(READY)
	$(BIN)/python benchmarks/reports.py

clean:
	rm -rf $(VENV) reports build dist
