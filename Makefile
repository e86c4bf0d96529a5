# For contributors. A user needs pip alone: see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint proof bench picture pages clean

demo: $(VENV)/installed
	rm -rf demo
	$(BIN)/voronka init demo --demo
	$(BIN)/voronka audit demo

test: lint
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

proof: $(VENV)/installed-test
	$(BIN)/python benchmarks/proof.py

bench: $(VENV)/installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pm4py
	$(BIN)/python benchmarks/run.py

picture: $(VENV)/installed
	VORONKA=$(BIN)/voronka docs/images/make.sh

pages: $(VENV)/installed-test
	$(BIN)/python -m tests.kpi_page
	$(BIN)/python -m tests.sources_page

clean:
	rm -rf $(VENV) demo

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@
