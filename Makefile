# The commands of this project. `make` lists them. Each does its own set-up and is quick when nothing has changed.
.DEFAULT_GOAL := help
.PHONY: help setup libgomp demo test lint format core bench bench-setup lock clean

VENV := .venv
BIN := $(VENV)/bin
CORE := .venv-core
BENCH := benchmarks/.venv
WORKERS ?= 2
ROSTERS := tests/decisions/staffing src/busyness/decisions/staffing

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: libgomp ## make .venv from the lock, with this package in it

$(VENV)/.ready: pyproject.toml locks/dev.txt locks/uv.txt locks/install.sh
	@echo "Making $(VENV) from locks/dev.txt …"
	@sh locks/install.sh $(VENV) locks/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -qq src || true
	@touch $@
	@echo "$(BIN)/busyness is ready."

libgomp: $(VENV)/.ready
	@$(BIN)/python locks/check_libgomp.py

demo: setup ## the main job on simulated stores; ends with the path of its report
	@$(BIN)/busyness demo retail --out demo

test: $(VENV)/.ready ## the whole suite, examples in docstrings included
	@# HiGHS and OR-Tools cannot live in one process: rosters are tested apart from all else.
	@$(BIN)/pytest -n $(WORKERS) -rs $(ROSTERS)
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal -rs --durations=25 --durations-min=8 $(addprefix --ignore=,$(ROSTERS))

lint: $(VENV)/.ready ## format, rules, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready ## put every file into the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

core: $(VENV)/.ready ## install the wheel alone, without any extra, and use it
	@rm -rf $(CORE)
	@PYTHON=$(BIN)/python sh locks/install.sh $(CORE) locks/core.txt
	@$(BIN)/python -m hatchling build --target wheel --directory $(CORE)/wheel
	@$(BIN)/uv pip install --quiet --python $(CORE)/bin/python --no-index --no-deps $(CORE)/wheel/*.whl
	@$(CORE)/bin/python .ci/check_core.py

bench-setup: setup $(BENCH)/.ready ## make benchmarks/.venv, where the peers live

$(BENCH)/.ready: locks/bench.txt locks/uv.txt locks/install.sh
	@sh locks/install.sh $(BENCH) locks/bench.txt
	@touch $@

bench: bench-setup ## accuracy and speed beside the peers (long)
	$(BIN)/python benchmarks/run.py

lock: $(VENV)/.ready ## make the lock files again (newer versions: make lock UPGRADE=--upgrade)
	sh locks/lock.sh $(BIN)/uv $(UPGRADE)

clean: ## remove the environments and everything that was made
	rm -rf $(VENV) $(CORE) $(BENCH) benchmarks/out demo out dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
