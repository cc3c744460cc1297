# Everything a newcomer needs: git, make and Python 3.11 or newer with venv. `make help` lists the targets.
# PYTHON=  the Python to begin with        PORT=  the port of `make run` (8000)        HOST=  its address (127.0.0.1)
# DATABASE_URL=, DATABASE_OWNER_URL=, REDIS_URL=  servers to use instead of our own
# CHROMIUM=  the browser of the tests      ARGS=  more for pytest, e.g. ARGS="tests/ledger -x"

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && exit; done; echo python3)
# exec: make's child is the launcher itself, so that signals reach it.
STAGE := exec $(PYTHON) portal/local/bootstrap.py

.PHONY: help run test test-long bench lint format types check api-description api-release messages manage api-token lock sbom audit setup clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

run: ## the portal with a demo area, on this machine; Ctrl-C stops everything
	@$(STAGE) run

test: ## every test of the short ring, with servers of its own and a real browser
	@$(STAGE) test

test-long: ## the long ring, beside the short: every page in both languages and widths, more cases, real faults
	@export VAEKSTBRO_RING=long; $(STAGE) test

bench: ## the budgets of speed; prints a table and writes bench.json
	@$(STAGE) bench

lint: ## ruff: rules and format
	@$(PYTHON) portal/local/bootstrap.py tool ruff check .
	@$(STAGE) tool ruff format --check .

format: ## ruff: put in order what can be
	@$(PYTHON) portal/local/bootstrap.py tool ruff check --fix .
	@$(STAGE) tool ruff format .

types: ## mypy
	@$(STAGE) tool mypy portal programmes matching reporting

check: ## missing migrations or translations, production settings, the API description
	@$(STAGE) check

api-description: ## write docs/openapi.yaml anew
	@$(STAGE) django spectacular --validate --fail-on-warn --file docs/openapi.yaml

api-release: ## write docs/api-released.txt anew: what the API promises from now on
	@$(STAGE) tool portal.local.api_diff --release

messages: ## collect the texts to translate into locale/, and compile them
	@$(STAGE) django messages

manage: ## a management command on the database of `make run`: make manage CMD="showmigrations"
	@$(STAGE) manage $(CMD)

api-token: ## print an API token for a user, and nothing else: make api-token EMAIL=raadgiver@demo.example [NAME=…]
	@test -n "$(EMAIL)" || { echo 'Name a user: make api-token EMAIL=raadgiver@demo.example' >&2; exit 2; }
	@$(STAGE) manage api_token "$(EMAIL)" --name "$(NAME)"

lock: ## resolve the dependencies of pyproject.toml and package.json anew
	@$(PYTHON) portal/local/bootstrap.py tool portal.local.lock

sbom: ## what the portal is made of, from the lock files: build/sbom.json (CycloneDX)
	@$(STAGE) tool portal.local.sbom

audit: ## are holes known in what the lock files name? Says so when nobody can be asked
	@$(STAGE) tool portal.local.audit

setup: ## only prepare: environment, packages, design system, messages
	@$(STAGE) setup

clean: ## remove what was built, and the local database
	@$(PYTHON) portal/local/clean.py
