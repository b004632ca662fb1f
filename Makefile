# Two commands: `make up` starts DBCV, `make test` runs all tests. Needs Python 3.11 or newer with pip and venv, and make.
# Everything else is installed into this folder (.venv, web/node_modules) by tools/install.py, and only when it changed.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(PYTHON) tools/install.py
NPM := $(PYTHON) tools/install.py npm
# Options of the command behind a target: make up ARGS="--port 9000", make bench ARGS="--sessions 64"
ARGS ?=
# Faults and tests in a browser come after the rest, which is quicker to say what is wrong; two of each run at once. Of
# the rest three do: they wait for databases and processes so much that two of them leave a fifth of two cores idle.
SLOW := tests/faults tests/e2e
PYTEST := $(BIN)/python -m pytest --dist worksteal
# Two browsers on two busy cores are late at times: what failed there is tried once more, alone, and told as failed above.
AGAIN := --last-failed --last-failed-no-failures none

# Compiled Python is kept (in folders that git ignores), also where the shell says otherwise: it is most of a quick start.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: up install test check format generate integration faults bench screenshots lock clean help

up: ## Install what is missing, build the pages, start everything; Ctrl-C stops it
	@$(INSTALL) runtime pages
	@exec $(BIN)/dbcv up $(ARGS)

install: ## Install everything for development: packages, pages, the browser of the tests
	@$(INSTALL) dev web pages browser

test: install ## Run all tests: the pages', Python's, the short fault tests, and those in a real browser
	@failed=0; \
	$(NPM) run --silent test || failed=1; \
	$(NPM) run --silent size || failed=1; \
	$(PYTEST) -n 3 $(addprefix --ignore=,$(SLOW)) || failed=1; \
	$(PYTEST) -n 2 tests/e2e || $(BIN)/python -m pytest $(AGAIN) tests/e2e || failed=1; \
	$(PYTEST) -n 2 tests/faults || failed=1; \
	exit $$failed

# Each is looked at, also after one has failed.
LOOKS := "$(BIN)/ruff format --check ." "$(BIN)/ruff check ." $(BIN)/mypy "$(BIN)/lint-imports --no-logo" $(BIN)/vulture \
  "$(NPM) run --silent check" "$(BIN)/python tools/generate.py --check"

check: ## Look without running: format, lint, types, import contracts, dead code, for Python and the pages
	@$(INSTALL) dev web
	@failed=0; for look in $(LOOKS); do echo "— $$look"; $$look || failed=1; done; exit $$failed

format: ## Put the code into its shape
	@$(INSTALL) dev web
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NPM) run --silent format

generate: ## Write again what is made from the code: web/openapi.json and the pages' API client
	@$(INSTALL) dev web
	$(BIN)/python tools/generate.py

integration: ## A folder for a new integration that passes its conformance test: make integration name=acme
	@$(PYTHON) tools/scaffold.py $(name)

faults: ## The fault tests at full length (100,000 turns and more): kills, stopped databases, wiped brokers, strange inputs
	@$(INSTALL) dev pages
	DBCV_FAULT_TURNS=100000 $(BIN)/python -m pytest --timeout 3600 -m '' -s tests/faults $(ARGS)
	DBCV_FUZZ_ROUNDS=12 $(BIN)/python -m pytest --timeout 3600 -s tests/api_contract/test_fuzzing.py
	DBCV_PROPERTY_FACTOR=10 $(BIN)/python -m pytest --timeout 3600 $$(grep -rl --include='test_*.py' 'import tried' tests)

bench: bench-engine bench-turns bench-growth ## Measure what README's figures say

bench-%: ## One of them, with options: make bench-turns ARGS="--help"
	@$(INSTALL) dev pages
	$(BIN)/python bench/$*.py $(ARGS)

screenshots: ## Take the pictures of docs/screenshots again
	@$(INSTALL) dev pages browser
	$(BIN)/python tools/screenshots.py

lock: ## Pin the versions anew, from requirements/*.in
	@$(INSTALL) dev
	@for level in runtime dev; do \
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-annotate --python-version 3.11 --universal \
	  requirements/$$level.in --output-file requirements/$$level.lock || exit 1; done

clean: ## Remove what was installed and built; data (DBCV_HOME) stays
	rm -rf .venv web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .install.lock
	find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-9s %s\n' "$$name" "$$what"; done
