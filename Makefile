# Everything runs in .venv, made from PYTHON (3.11 or later) and the lock files; nothing else is needed.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.NOTPARALLEL:

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.run  ## the main job in a real Airflow: a scheduled run and a backfill; stops everything after
	@$(BIN)/python -m tests.demo run

up: .venv/.run  ## Airflow with its web UI, Postgres and the sample newsroom, kept running
	@$(BIN)/python -m tests.demo up

down:  ## stop all of that
	@if [ -e .venv/.run ]; then $(BIN)/python -m tests.demo down; else echo "nothing was running"; fi

# Tests run in WORKERS processes, each with a Postgres of its own. What starts child processes starts them all day:
# without bytecode each of them compiles the package first.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest
SHARED := -n $(WORKERS) --maxprocesses 8 --dist worksteal
unexport PYTHONDONTWRITEBYTECODE

test-fast: .venv/.dev  ## tests that need neither a database nor an Airflow: two minutes
	@$(PYTEST) $(SHARED) -m "not database and not airflow and not slow"

test: .venv/.dev  ## tests of all rooms: about 13 minutes on two processors
	@$(PYTEST) $(SHARED) -m "not slow"

# An Airflow takes both processors for seconds: those that start one share a process.
test-all: .venv/.dev .venv/.docs  ## what runs at length and `make test` leaves out: kills, 400 days, faults, Airflow, the site
	@$(PYTEST) -m "slow and airflow" & one=$$!; \
	$(PYTEST) -m "slow and not airflow"; other=$$?; \
	wait $$one && exit $$other

# CONTAINERS=all restores a backup, upgrades from the commit before and kills a Celery worker: fifteen minutes more.
CONTAINERS ?= 1
containers: .venv/.dev  ## the image and docker-compose.yml on a Docker engine of its own: root, docker.io, debootstrap
	@MIRRORWIRE_TEST_CONTAINERS=$(CONTAINERS) $(PYTEST) tests/containers

# Debian's postgresql-15: the oldest that docs/settings.md names.
POSTGRES ?= /usr/lib/postgresql/15/bin
OLDEST := store/test_database store/test_takeover store/test_clusters load/test_load load/test_revisions
oldest: .venv/.dev  ## the tests of what is stored, on the Postgres 15 in POSTGRES
	@test -x $(POSTGRES)/initdb || { echo "no Postgres in $(POSTGRES): apt-get install postgresql-15" >&2; exit 1; }
	@MIRRORWIRE_TEST_POSTGRES=$(POSTGRES) $(PYTEST) -m "not slow" $(OLDEST:%=tests/%.py)

# libfaketime, Debian's package of that name. Not by the command faketime, which shares its clock with no other user.
FAKETIME ?= $(firstword $(wildcard /usr/lib/*/faketime/libfaketime.so.1 /usr/lib/faketime/libfaketime.so.1))
# It fakes the clock of waits on locks too: tests with timers wait for ever under it.
FUTURE := discover/test_history discover/test_seeds pipeline/test_looks reports/test_coverage
future: .venv/.dev  ## tests of what depends on the day, under a clock 90 days ahead
	@test -n "$(FAKETIME)" || { echo "no libfaketime: apt-get install libfaketime" >&2; exit 1; }
	@LD_PRELOAD=$(FAKETIME) FAKETIME=+90d NO_FAKE_STAT=1 $(PYTEST) -m "not slow" $(FUTURE:%=tests/%.py)

check: .venv/.dev  ## lint, format, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict
	@$(BIN)/lint-imports

docs: .venv/.docs  ## docs/ as a site, in build/site: open build/site/index.html, no server and no network needed
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "build/site/index.html"

clean: down  ## stop everything, remove .venv and caches; articles and pages stay
	@rm -rf .venv build/site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run: requirements.lock pyproject.toml
	@$(call install,requirements.lock,.venv/.run)

.venv/.dev: requirements-dev.lock requirements.lock pyproject.toml
	@$(call install,requirements-dev.lock,.venv/.run .venv/.dev)

.venv/.docs: requirements-docs.lock .venv/.dev
	@$(call install,requirements-docs.lock,.venv/.docs)

# install(lock file, stamps): under a lock where the system has one, since two calls may come at once. The lock file is
# a constraint too, else pip before 23.3 takes the newest celery for `celery[redis]`, finds no hash for it and fails.
FLOCK := $(shell command -v flock >/dev/null 2>&1 && echo flock .venv/.lock)
define install
set -e; \
command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) is not there: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or later is needed, $(PYTHON) is older: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
mkdir -p .venv; \
$(FLOCK) sh -ec ' \
	if [ -e $@ ] && [ -z "$$(find $^ -newer $@)" ]; then exit 0; fi; \
	[ -x $(BIN)/pip ] || "$(PYTHON)" -m venv .venv; \
	echo "installing $$(grep -c "==" $(1)) packages into .venv, about a minute ..."; \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1) -c $(1); \
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	touch $(2)'
endef

.PHONY: help run up down test-fast test test-all containers oldest future check docs clean
