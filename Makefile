# Two commands for newcomers: `make demo` and `make test`. Both set up what they need, the first time only.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5000
# Nothing outside this folder is used or changed; no other Python is downloaded.
UV := UV_PROJECT_ENVIRONMENT=$(CURDIR)/$(VENV) UV_PYTHON_DOWNLOADS=never $(BIN)/uv

.PHONY: demo test lint types messages clean

demo: $(VENV)/.app
	@$(BIN)/campaign demo --port $(PORT)

# Many processes read the same modules here: compiled once, whatever the environment says.
test: $(VENV)/.dev
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

$(BIN)/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Campaign needs Python 3.11 or newer as python3; this is $$(python3 --version 2>&1)."; exit 1; }
	@python3 -m venv $(VENV) || \
		{ echo "python3 cannot make environments here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

CATALOGUES := $(wildcard campaign/translations/*/LC_MESSAGES/*.po)
COMPILE := $(BIN)/python -m campaign.translations.build

# What the app needs, exactly as locked.
$(VENV)/.app: uv.lock pyproject.toml $(CATALOGUES) | $(BIN)/uv
	@$(UV) sync --locked --quiet --inexact --compile-bytecode --extra postgres --extra redis
	@$(COMPILE)
	@touch $@

# And what its tests need.
$(VENV)/.dev: uv.lock pyproject.toml $(CATALOGUES) | $(BIN)/uv
	@$(UV) sync --locked --quiet --inexact --compile-bytecode --all-extras --group dev
	@$(COMPILE)
	@touch $@ $(VENV)/.app

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist

# Gather the strings to translate and bring the catalogues up to date; then complete the .po files by hand.
messages: $(VENV)/.dev
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-location --sort-output --no-wrap \
		--keywords 'lazy_gettext gettext ngettext:1,2' --project campaign --version 0 \
		--copyright-holder 'The Campaign authors' --output-file campaign/translations/messages.pot .
	@$(BIN)/pybabel --quiet update --input-file campaign/translations/messages.pot --output-dir campaign/translations \
		--no-fuzzy-matching --no-wrap --ignore-obsolete
	@$(COMPILE)
