# The names of the steps that `.ci/run` takes, and the two that a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet

.PHONY: help run demo test test-long check format lock wheel clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(LOCKED): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("kalixweb needs Python 3.11 or newer; this is %d.%d. Run: make PYTHON=python3.12 run" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV), once; this takes a minute or two."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(LOCKED) ## set up and run kalixweb on this machine
	@exec $(BIN)/kalixweb up

demo: $(LOCKED) ## the same with a practice Kafka and one working and nine broken connections
	@exec $(BIN)/kalixweb demo

test: $(LOCKED) ## set up and run every test
	$(BIN)/python -m tests.run

test-long: $(LOCKED) ## what takes too long for every change: each fault's detection removed, the fuzzer
	$(BIN)/python -m tests.long

check: $(LOCKED) ## format, lint, types, contracts, templates, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy kalixweb brokers secrets_app
	KALIXWEB_SECRET_KEY=check $(BIN)/python manage.py makemigrations --check --dry-run

format: $(LOCKED) ## put code and templates in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

lock: ## renew the pinned versions and hashes
	$(LOCK) -o requirements/base.txt
	$(LOCK) --group dev --extra second-opinion -o requirements/dev.txt

wheel: $(LOCKED) ## build the package
	$(BIN)/python -m hatchling build -t wheel

clean: ## remove what was built here
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
