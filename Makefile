# Everything a checkout needs, from nothing but python3 (3.11 or newer), git and make. `make help` lists it.

W      ?= data/sample
CYCLE  ?= 2026-10
PYTHON ?= python3
# Number of processes for the tests; T narrows a run: make tests T="tests/match -k exact"
N      ?= 2
T      ?=

# Installed files without bytecode make every start about four times slower.
unexport PYTHONDONTWRITEBYTECODE
# Somebody else's active environment must not get between us and .venv.
unexport PYTHONPATH VIRTUAL_ENV

BIN  := .venv/bin
CORE := .venv/.installed-core
DEV  := .venv/.installed-test
UV   := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)

.DEFAULT_GOAL := help
.PHONY: help audit lab test tests lint format bench sample lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo; echo "  W= is the workspace ($(W)), CYCLE= the billing month ($(CYCLE)), PYTHON= the interpreter ($(PYTHON))"

audit: $(CORE) ## reconcile one cycle of a workspace and write its report
	$(BIN)/recon audit $(CYCLE) -w $(W)

lab: $(CORE) ## open JupyterLab on the notebooks
	$(BIN)/recon lab -w $(W)

test: lint tests ## lint, types and all tests: what CI runs

tests: $(DEV) ## all tests, without lint
	$(BIN)/python -m pytest -n $(N) --dist loadgroup $(T)

lint: $(DEV) ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict recon

format: $(DEV) ## let ruff rewrite the code's layout and sort its imports
	$(BIN)/ruff check --fix-only --select I .
	$(BIN)/ruff format .

bench: $(DEV) ## the races against hand-written SQL and pandas, and how accurate suggestions are
	@for race in bench/race_*.py bench/accuracy.py; do $(BIN)/python $$race || exit; done

sample: $(DEV) ## make data/sample anew from its seed
	$(BIN)/python data/make_sample.py

lock: $(DEV) ## renew the two lock files from pyproject.toml (UPGRADE=--upgrade takes the newest versions)
	$(UV) pip compile pyproject.toml --quiet $(UPGRADE) --universal --no-header --no-emit-index-url \
	    --extra test -o requirements-test.lock
	$(UV) pip compile pyproject.toml --quiet --universal --no-header --no-emit-index-url \
	    --no-annotate -c requirements-test.lock -o requirements.lock

clean: ## remove the environment, caches and builds; runs and stores of workspaces stay
	rm -rf .venv dist build .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(CORE): pyproject.toml requirements.lock tools/setup.sh
	tools/setup.sh requirements.lock $(PYTHON)
	@touch $@

$(DEV): pyproject.toml requirements-test.lock tools/setup.sh
	tools/setup.sh requirements-test.lock $(PYTHON)
	@touch $@ $(CORE)
