.DEFAULT_GOAL := help
PYTHON ?= python3.11
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
BENCH ?= judged
CORPORA ?= corpora
PARALLEL ?= parallel
TRAINED ?= build/training
WEIGHTS ?= $(TRAINED)/full-precision
JUDGED ?= $(BENCH)/xquad-sent-en-en
REPORTS := evaluation/reports
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export FIXPOINT_STATE ?= .fixpoint

.PHONY: help run setup fmt lint types test fuzz check ingest serve model eval bench million soak peers screenshots coverage lock clean

help: ## say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

run: $(VENV)/core ## install, ingest kb/articles, answer at http://127.0.0.1:8000
	@$(BIN)/fixpoint ingest
	@$(BIN)/fixpoint serve

setup: $(VENV)/all ## install everything that development needs

fmt: $(VENV)/all ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/all ## check the style of code and articles
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/fixpoint lint

types: $(VENV)/all ## check the types
	$(BIN)/mypy

test: $(VENV)/all ## run every test, with coverage
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=90
	$(BIN)/python -m coverage report --include='kb/*' --fail-under=95 --format=total

fuzz: $(VENV)/all ## send the service 20,000 generated requests
	$(BIN)/python -m pytest -m fuzz tests/e2e/test_contract.py

check: lint types test ## exactly what CI runs

ingest: $(VENV)/core ## bring the index up to date with kb/articles
	@$(BIN)/fixpoint ingest

serve: $(VENV)/core ## answer without ingesting first
	@$(BIN)/fixpoint serve

# Large blocks stay with the process: to map each anew costs a fifth of the time and more.
model: $(VENV)/all ## train the bilingual encoder on the text below PARALLEL=folder (hours; it resumes)
	MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=17179869184 $(BIN)/python -m training all \
	    --parallel $(PARALLEL) --bench $(BENCH) --out $(TRAINED)

eval: $(VENV)/all ## judge ranking on our own queries and on the sets below BENCH=folder
	$(BIN)/python -m evaluation.gate
	$(BIN)/python -m evaluation.support --report $(REPORTS)/support.md
	$(BIN)/python -m evaluation.retrieval $(BENCH) --reports $(REPORTS)

bench: $(VENV)/all $(PEERS)/all ## measure speed on the Markdown below CORPORA=folder, and the peers'
	$(BIN)/python -m evaluation.bench $(CORPORA) --peers $(PEERS)/bin/python \
	    --weights $(WEIGHTS) --judged $(JUDGED) --postgres '$(POSTGRES)' --report $(REPORTS)/bench.md

million: $(VENV)/all ## measure speed at 1,000,000 chunks (a day)
	$(BIN)/python -m evaluation.bench $(CORPORA) --sizes 1000000 --report $(REPORTS)/million.md

soak: $(VENV)/all ## load, kills and faults for half an hour
	$(BIN)/python -m evaluation.soak kb/articles --report $(REPORTS)/soak.md

peers: $(PEERS)/all ## install the libraries that the bench compares with

screenshots: $(VENV)/all ## take the pictures of the pages anew, into docs/images
	$(BIN)/python -m tests.e2e.screenshots docs/images

coverage: $(VENV)/core ## count the solutions of each topic anew, into docs/coverage.md
	@$(BIN)/fixpoint coverage kb/articles > docs/coverage.md

lock: $(VENV)/all ## resolve the dependencies anew (torch apart: its build differs by machine)
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-emit-package torch \
	    --custom-compile-command 'make lock' --all-extras pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 \
	    --custom-compile-command 'make lock' --extra build -c requirements-dev.lock \
	    pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-emit-package torch \
	    --custom-compile-command 'make lock' -c requirements-dev.lock requirements-peers.txt \
	    -o requirements-peers.lock

# The casebook and its write-ahead log are truth, no cache: only you may delete them.
clean: ## remove what was installed, built and cached
	@if [ -d .fixpoint ]; then find .fixpoint -mindepth 1 -maxdepth 1 \
	    ! -name 'casebook.sqlite*' -exec rm -rf {} +; fi
	rm -rf $(VENV) $(PEERS) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

$(VENV)/bin/python:
	@$(PYTHON) --version >/dev/null 2>&1 || \
	    { echo "Fixpoint needs Python 3.11 or newer: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/core: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/all: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q '$(TORCH)'
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/core

$(PEERS)/all: requirements-peers.lock
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install -q '$(TORCH)'
	$(PEERS)/bin/python -m pip install -q --require-hashes -r requirements-peers.lock
	@touch $@
