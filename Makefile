# make run    set up, then the wizard on the built-in sample (without a display: the same job headless, verified)
# make test   set up, then every check and every test
# make bench  paired benchmarks against TensorFlow's own tools
# make lint   ruff, mypy, import-linter

PYTHON_IN_VENV = .venv/bin/python
BIN = .venv/bin

.PHONY: run test lint bench screenshots prepare-run prepare-test clean

run: prepare-run
	@$(PYTHON_IN_VENV) -m coldpress.cli.demo

test: prepare-test lint
	$(PYTHON_IN_VENV) -m pytest -n auto --dist loadfile

lint: prepare-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: prepare-test
	$(PYTHON_IN_VENV) -m tests.benchmarks

screenshots: prepare-test
	$(PYTHON_IN_VENV) -m tests.e2e.screenshots

prepare-run:
	@.ci/prepare run

prepare-test:
	@.ci/prepare test

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
