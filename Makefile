# Needs Python 3.11 to 3.14 with its venv module, and make; everything else goes into .venv.
# A stamp in .venv records each install, so that only a changed lock installs again.

PYTHON ?= python3
# Set on the command line only: a variable of this name in the environment is somebody else's.
PORT :=
ARGS :=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq
LOCKS := .requirements
UV_VERSION := 0.13.9
COMPILE := $(BIN)/uv pip compile --quiet pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-strip-extras --custom-compile-command 'make lock'

MADE := $(VENV)/.made
SERVING := $(VENV)/.serving
TESTING := $(VENV)/.testing

# Slow tests that `test` leaves to `accounts`, `proof` and `docs`: what runs do on accounts with others'
# data; that each law finds a defect, drivers raise no alarm and come with short failures, each payload
# gets the answer that it names, and the fuzzer and the script of the limits work; and the pages.
ACCOUNTS := tests/legitimate tests/contracts/safety tests/docs/test_staging.py
PROOF := tests/contracts/defects tests/contracts/drivers tests/contracts/payloads \
	tests/contracts/cli/test_sequences.py tests/fuzz tests/limits
DOCS := tests/docs

# What `check` runs beside `test`; .ci/run times each.
STEPS := docs accounts proof lint types layers contracts schemathesis chaos fuzz

# What `pip install .` leaves behind in .venv: with it, commands would run that and not this folder.
COPY := $(wildcard $(VENV)/lib/python3*/site-packages/mockserver)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

##@ Serve
.PHONY: serve
serve: $(SERVING) ## Start the stand-in on port 5050 (PORT=8080, ARGS='--profile strict')
	@$(BIN)/mockserver serve $(if $(PORT),--port $(PORT)) $(ARGS)

##@ Install elsewhere
.PHONY: dist payloads
dist: $(SERVING) ## Build a wheel and an sdist into dist/
	@$(BIN)/hatchling build --directory dist

payloads: $(TESTING) ## Write the payloads of the default fixture into dist/payloads, in every format
	@mkdir -p dist/payloads
	@$(BIN)/contracts payloads --format jsonl --output dist/payloads/payloads.jsonl
	@$(BIN)/contracts payloads --format csv --output dist/payloads/payloads.csv
	@$(BIN)/contracts payloads --format curl --output dist/payloads/payloads.sh
	@$(BIN)/contracts payloads --format http --output dist/payloads/payloads.http
	@$(BIN)/contracts payloads --format pytest --output dist/payloads/test_payloads.py
	@$(BIN)/contracts payloads --format postman \
		--output dist/payloads/payloads.postman_collection.json
	@$(BIN)/contracts payloads --safe --format postman \
		--output dist/payloads/safe.postman_collection.json

##@ Develop
.PHONY: install test accounts proof docs lint format types layers contracts schemathesis chaos fuzz defects bench
install: $(TESTING) ## Install everything that the targets below use

test: $(TESTING) ## Run the tests on all cores (ARGS='-n0 -x -k refunds' on one)
	@$(BIN)/python -m pytest -n auto --dist loadgroup \
		$(addprefix --ignore=,$(ACCOUNTS) $(PROOF) $(DOCS)) $(ARGS)

accounts: $(TESTING) ## Run the tests of runs on accounts with others' data
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ACCOUNTS) $(ARGS)

proof: $(TESTING) ## Run the tests that prove the laws, the payloads and the fuzzer
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(PROOF) $(ARGS)

docs: $(TESTING) ## Run the tests that read the pages and run their blocks
	@$(BIN)/python -m pytest -n auto --dist loadgroup --ignore=tests/docs/test_staging.py $(DOCS) $(ARGS)

lint: $(TESTING) ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: $(TESTING) ## Fix what ruff can fix
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

types: $(TESTING) ## Check types
	@$(BIN)/mypy

layers: $(TESTING) ## Check that imports go only downwards
	@$(BIN)/lint-imports --no-logo

contracts: $(TESTING) ## Hold the stand-in to the contract (ARGS='--topic list')
	@$(BIN)/contracts run --target app $(ARGS)

schemathesis: $(TESTING) ## Run Schemathesis against both planes of a served stand-in
	@$(BIN)/python -m tests.schemathesis $(ARGS)

chaos: $(TESTING) ## Run the judge against an account whose network fails and lies (ARGS=5000)
	@$(BIN)/python -m tests.chaos $(ARGS)

fuzz: $(TESTING) ## Search for inputs that cost much time or memory (ARGS='--seconds 600 --seed 7')
	@$(BIN)/python -m tests.fuzz $(ARGS)

defects: $(TESTING) ## Print which law finds which defect, and after how many requests
	@$(BIN)/python -m tests.defects $(ARGS)

bench: $(TESTING) ## Measure speed against bare uvicorn and other servers
	@$(BIN)/python -m tests.benchmarks $(ARGS)

##@ Before a change lands
.PHONY: check steps
check: test $(STEPS) ## Run all that must pass

steps:
	@echo $(STEPS)

##@ House
.PHONY: lock clean help again
lock: $(MADE) ## Pin again from pyproject.toml (ARGS=--upgrade takes newer releases)
	@echo 'pinning into $(LOCKS)'
	@$(INSTALL) uv==$(UV_VERSION)
	@$(COMPILE) --extra contracts --group dev --output-file $(LOCKS)/dev.txt $(ARGS)
	@$(COMPILE) --group build --constraints $(LOCKS)/dev.txt --output-file $(LOCKS)/serve.txt $(ARGS)

clean: ## Remove .venv, .bench, caches and reports
	@rm -rf $(VENV) .bench .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache .schemathesis build dist reports schemathesis-report \
		tests/sdk/node/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The stamps. Testing builds on serving, so two jobs never install at once.
$(MADE):
	@$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 15) or sys.exit( \
		"%s is Python %s, and mockserver needs 3.11 to 3.14: make PYTHON=python3.11" \
		% (sys.executable, sys.version.split()[0]))'
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(SERVING): $(LOCKS)/serve.txt pyproject.toml $(MADE) $(if $(COPY),again)
	@$(if $(COPY),echo 'this folder takes the place of the copy in $(COPY)')
	@echo 'installing what serving needs, as pinned in $(LOCKS)/serve.txt'
	@$(INSTALL) --require-hashes --requirement $(LOCKS)/serve.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(TESTING): $(LOCKS)/dev.txt $(SERVING)
	@echo 'installing what testing needs, as pinned in $(LOCKS)/dev.txt'
	@$(INSTALL) --require-hashes --requirement $(LOCKS)/dev.txt
	@touch $@
