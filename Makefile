# Needs python3 >= 3.11 with venv, and nothing else. The first target run sets up .venv.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OBJECTS := $(sort $(wildcard examples/*/*.bpf.o))
SECONDS_OF_FUZZING ?= 60

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check test-all fuzz docs bench stubs wheel clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## see what the package does, on a real BPF object
	@$(BIN)/python -m examples.demo

test: $(READY) ## the tests, on this Python
	$(BIN)/python -m pytest

check: $(READY) ## ruff, mypy --strict, and the committed stubs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/btf-stubs --check $(OBJECTS) -o stubs

test-all: $(READY) ## the tests, on every supported Python found here
	@.ci/test-all

fuzz: $(READY) ## hostile bytes, for SECONDS_OF_FUZZING (60)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS_OF_FUZZING)

docs: $(VENV)/.docs-ready ## the documentation, as docs/_build/html
	$(BIN)/python -m sphinx -n -W --keep-going -b html docs docs/_build/html

bench: $(READY) ## speed, against what else there is
	$(BIN)/python -m bench

stubs: $(READY) ## write stubs/ again, from the examples' objects
	$(BIN)/btf-stubs $(OBJECTS) -o stubs

wheel: $(READY) ## dist/*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist

clean: ## everything made, .venv included
	rm -rf $(VENV) .venv-3.* build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The venv and pip's quiet install are worth a line each: they take most of a first run.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "$(PYTHON) is too old: Python 3.11 or newer is needed (make PYTHON=python3.12 ...)" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; a minute or so)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --editable '.[mypy]' --group dev
	@$(BIN)/python -m pip install --quiet --only-binary pylibbpf --group live 2>/dev/null || \
	    echo "No wheel of pylibbpf for this Python: the live tests of it will skip"
	@touch $@

$(VENV)/.docs-ready: $(READY)
	@$(BIN)/python -m pip install --quiet --group docs
	@touch $@
