# Every target makes the virtual environment it needs. Wanted on the machine: Rust, Python 3.10+, make.

PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python

# One interpreter for every cargo call, so that none of them rebuilds what another has built.
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python
unexport CONDA_PREFIX PYTHONHOME PYTHONPATH VIRTUAL_ENV

RUST := Cargo.toml Cargo.lock $(shell find rust -name '*.rs' -o -name '*.toml')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL: # targets share one environment
.PHONY: help demo test coverage test-peers test-trainers soak soak-full lint format bench bench-quick instructions instructions-update docs pictures clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.with-demo $(VENV)/.built ## Train a small network on real data with dozens of param groups
	$(BIN)/python docs/demo/digits.py

test: $(VENV)/.with-test $(VENV)/.built ## Run the Rust tests, the Python tests and the doctests
	cargo test --locked --quiet --package ratesheet-kernel
	$(BIN)/pytest

coverage: $(VENV)/.with-coverage $(VENV)/.built ## Say which share of lines and branches the tests run, and which they do not
	@mkdir -p target
	$(BIN)/pytest --cov --cov-report=term-missing:skip-covered --cov-report=json:target/coverage.json
	@$(BIN)/python -c 'import json; t = json.load(open("target/coverage.json"))["totals"]; \
		print("Python: lines {percent_statements_covered:.1f} %, branches {percent_branches_covered:.1f} %".format(**t))'
ifneq ($(shell command -v cargo-llvm-cov),)
	RUSTC_BOOTSTRAP=1 cargo llvm-cov --branch --locked --quiet --package ratesheet-kernel --lib
else
	@echo "cargo-llvm-cov is not installed: the kernel's coverage was not measured"
endif

test-peers: $(VENV)/.with-peers $(VENV)/.with-test $(VENV)/.built ## Compare every schedule with the installed peers' own
	$(BIN)/pytest tests/test_parity_*.py tests/test_compat_*.py tests/test_plateau.py

soak: $(VENV)/.with-test $(VENV)/.built ## Kill training runs, edit checkpoints, look for leaks: a little of each
	$(BIN)/python tests/soak.py

soak-full: export RATESHEET_KILLS = 200
soak-full: export RATESHEET_STATES = 30000
soak-full: export RATESHEET_CONSTRUCTIONS = 1000000
soak-full: export RATESHEET_STEPS = 10000000
soak-full: $(VENV)/.with-test $(VENV)/.built ## The same at length, into docs/reliability.md
	$(BIN)/python tests/soak.py --write

test-trainers: $(VENV)/.with-peers $(VENV)/.with-test $(VENV)/.built ## Train with the real trainers, and on two and four processes
	$(BIN)/pytest --processes 4 tests/test_trainer_*.py tests/test_compat_*train*.py tests/test_compat_checks.py \
		tests/test_compat_composition.py tests/test_distributed.py tests/test_processes.py tests/test_threads.py

lint: $(VENV)/.with-lint $(VENV)/.built ## Check format, lints, types and the stub of the compiled module
	cargo fmt --check
	cargo clippy --locked --quiet --workspace --all-targets -- -D warnings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest --mypy-config-file pyproject.toml ratesheet._rust

format: $(VENV)/.with-lint ## Format all code, and fix the lints that can fix themselves
	cargo fmt
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.with-bench $(VENV)/.built ## Measure the kernel, and the package beside its peers; writes docs/performance.md
	cargo bench --locked --package ratesheet-kernel
	$(BIN)/python benches/side_by_side.py --soak

bench-quick: $(VENV)/.with-bench $(VENV)/.built ## Measure small sizes in under two minutes, and write nothing
	cargo bench --locked --package ratesheet-kernel -- --test
	$(BIN)/python benches/side_by_side.py --quick

instructions: ## Count the kernel's instructions, and fail where they grew by over 2 % (wants valgrind)
	$(PYTHON) benches/instructions.py

instructions-update: ## Keep the counts of now in benches/instructions.json
	$(PYTHON) benches/instructions.py --update

docs: $(VENV)/.with-docs ## Build the documentation into site/
	$(BIN)/mkdocs build --strict

pictures: $(VENV)/.with-pictures $(VENV)/.built ## Draw the pictures of the documentation again
	$(BIN)/python docs/make_pictures.py

clean: ## Remove the environment and all build output
	rm -rf $(VENV) target dist site docs/demo/out .benchmarks .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find python tests benches docs -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	rm -f python/ratesheet/*.so python/ratesheet/*.pyd

# What each target needs installed. mypy reads the types of everything that the package can use.
needs-build := --group build
needs-demo  := --extra demo
needs-test  := --all-extras --group test
needs-coverage := --all-extras --group coverage --group peers
needs-lint  := --all-extras --group lint
needs-bench := --group bench
needs-peers := --group peers
needs-docs  := --group docs
needs-pictures := --extra plot

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "ratesheet needs Python 3.10 or newer")'
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV) || uv venv --quiet --clear --seed --python $(PYTHON) $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'

.PRECIOUS: $(VENV)/.with-%
$(VENV)/.with-%: pyproject.toml | $(BIN)/uv
	@echo "Installing what 'make $*' needs"
	@$(INSTALL) --requirements pyproject.toml $(needs-$*)
	@touch $@

$(VENV)/.built: pyproject.toml $(RUST) | $(VENV)/.with-build
	@echo "Building the Rust extension (about a minute the first time)"
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@
