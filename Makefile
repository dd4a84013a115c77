# make demo | test | test-long | check | bench | bench-large | bench-batches | bench-drift | bench-accuracy | bench-populations | bench-coverage | bench-bias | bench-expected | bench-recovery | bench-disclosure | bench-encoding bench-encoded | bench-faults | bundle | docs | clean
# Everything runs in .venv, made once and again when pyproject.toml or constraints.txt changes.
# Programs are called by path: a bare `link` may be the one of coreutils.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PEOPLE ?= 50000

.PHONY: help demo test test-long check bench bench-large bench-batches bench-drift bench-accuracy bench-populations bench-coverage bench-bias bench-expected bench-recovery bench-disclosure bench-encoding bench-encoded bench-faults bundle docs clean

help:
	@sed -n 1p Makefile

.venv/bin/python:
	@$(PYTHON) -m venv .venv

.make/demo: pyproject.toml constraints.txt | .venv/bin/python
	@echo "installing into .venv"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@mkdir -p .make && touch $@

.make/test: pyproject.toml constraints.txt | .venv/bin/python
	@echo "installing into .venv, with what the tests need"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test,dev]'
	@mkdir -p .make && touch $@ .make/demo

demo: .make/demo
	@rm -rf demo
	@$(BIN)/link synth census_admin --people $(PEOPLE) --out demo
	@run="$$($(BIN)/link run demo/config.yaml | tail -n 1)"; \
	$(BIN)/link score "$$run" --truth demo/truth.parquet; \
	echo; \
	echo "links:   $$run/restricted/links.parquet"; \
	echo "report:  $$run/for_release/report.html"

test: .make/test
	@[[ -n "$${LINKAGE_DATA:-}" ]] || echo "LINKAGE_DATA is not set: tests on public data are left out"
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not long" \
		--cov --cov-report=term:skip-covered --cov-fail-under=90

test-long: .make/test
	@[[ -n "$${LINKAGE_DATA:-}" ]] || echo "LINKAGE_DATA is not set: tests on public data are left out"
	@$(BIN)/python -m pytest -q -m long

check: .make/test
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

bench: .make/test
	@$(BIN)/python -m benchmarks.speed.run
	@$(BIN)/python -m benchmarks.speed.heavy

bench-large: .make/test
	@$(BIN)/python -m benchmarks.speed.large

bench-batches: .make/test
	@$(BIN)/python -m benchmarks.batches.waves
	@$(BIN)/python -m benchmarks.batches.large --size 10000000

bench-drift: .make/test
	@$(BIN)/python -m benchmarks.drift.run

bench-accuracy: .make/test
	@$(BIN)/python -m benchmarks.accuracy.run

bench-populations: .make/test
	@$(BIN)/python -m benchmarks.populations.run

bench-coverage: .make/test
	@$(BIN)/python -m benchmarks.coverage.run

bench-bias: .make/test
	@$(BIN)/python -m benchmarks.bias.run
	@$(BIN)/python -m benchmarks.bias.decomposition
	@$(BIN)/python -m benchmarks.bias.population
	@$(BIN)/python -m benchmarks.bias.imputation
	@$(BIN)/python -m benchmarks.bias.at_scale

bench-expected: .make/test
	@$(BIN)/python -m benchmarks.expected.run

bench-recovery: .make/test
	@$(BIN)/python -m benchmarks.recovery.run

bench-disclosure: .make/test
	@$(BIN)/python -m benchmarks.disclosure.run

bench-encoding: .make/test
	@$(BIN)/python -m benchmarks.privacy.clkhash_oracle
	@$(BIN)/python -m benchmarks.privacy.encoding_speed
	@$(BIN)/python -m benchmarks.privacy.attack
	@$(BIN)/python -m benchmarks.privacy.growth
	@$(BIN)/python -m benchmarks.privacy.graph_matching

bench-encoded: .make/test
	@$(BIN)/python -m benchmarks.privacy.accuracy
	@$(BIN)/python -m benchmarks.privacy.review
	@$(BIN)/python -m benchmarks.privacy.beside_anonlink
	@$(BIN)/python -m benchmarks.privacy.large

bench-faults: .make/test
	@$(BIN)/python -m benchmarks.faults.run

bundle: .make/demo
	@$(BIN)/python bundle/make.py

docs: .make/demo
	@$(BIN)/python docs/generate.py

clean:
	@rm -rf .venv .make .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* demo dist build
