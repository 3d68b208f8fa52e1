# Needs only python3 >= 3.11 with venv. The first target that you run sets up .venv.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# One example reads its object with load(), and has a stub for the plugin. The others import generated modules.
LOADED := examples/hashcount/hashcount.bpf.o
IMPORTED := $(filter-out $(LOADED),$(sort $(wildcard examples/*/*.bpf.o)))
SECONDS_OF_FUZZING ?= 60
# Tests start Python thousands of times. Without bytecode, each start would compile the package.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test slow check check-stubs test-all checkers fuzz docs bench stubs wheel clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## see what the package does, on a real BPF object
	@$(BIN)/python -m examples.demo

test: $(READY) ## run the tests on this Python
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: $(READY) ## run ruff and mypy --strict, and check the committed stubs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@$(MAKE) --no-print-directory check-stubs

test-all: $(READY) ## run the tests on every supported Python found here
	@.ci/test-all

checkers: $(VENV)/.checkers-ready ## what type checkers find and editors complete in programs that use stubs
	$(BIN)/python -m pytest tests/unit/stubs/test_checker_table.py tests/unit/stubs/test_language_servers.py

slow: $(READY) ## run the tests that take minutes, in full
	BTF_TYPING_SLOW=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal \
	    tests/conformance tests/unit/stubs

fuzz: $(READY) ## fuzz with damaged objects for SECONDS_OF_FUZZING (60)
	for kind in bytes elf odd; do $(BIN)/python -m tests.fuzz --kind $$kind --seconds $(SECONDS_OF_FUZZING) || exit 1; done

docs: $(VENV)/.docs-ready ## build the documentation in docs/_build/html
	$(BIN)/python -m sphinx -n -W --keep-going -b html docs docs/_build/html

bench: $(READY) ## measure speed, and compare with other tools (QUICK=1: one minute)
	$(BIN)/python -m bench $(if $(QUICK),--quick)

stubs: $(READY) ## write the stubs and modules of the examples' objects again
	@$(BIN)/btf-stubs $(LOADED) -o stubs $(STUBS_OPTIONS)
	@for object in $(IMPORTED); do $(BIN)/btf-stubs $$object -o $$(dirname $$object) --live $(STUBS_OPTIONS) || exit 1; done

check-stubs:
	@$(MAKE) --no-print-directory stubs STUBS_OPTIONS=--check

wheel: $(READY) ## build dist/*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@ls dist

clean: ## delete everything that make creates, .venv included
	rm -rf $(VENV) .venv-3.* build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# Most of a first run goes into the venv and pip's quiet install, so say what is happening.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "make needs Python 3.11 or newer, and $(PYTHON) is not (make PYTHON=python3.12 ...)" >&2; exit 1; }
	@echo "Setting up $(VENV) (only once; takes about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --editable '.[mypy]' --group dev
	@$(BIN)/python -m pip install --quiet --only-binary pylibbpf --group live 2>/dev/null || \
	    echo "pylibbpf has no wheel for this Python: its live tests will be skipped"
	@touch $@

$(VENV)/.checkers-ready: $(READY)
	@$(BIN)/python -m pip install --quiet --group checkers
	@touch $@

$(VENV)/.docs-ready: $(READY)
	@$(BIN)/python -m pip install --quiet --group docs
	@touch $@
