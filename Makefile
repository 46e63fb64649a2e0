# Every target sets up what it needs in .venv by itself: uv where it is installed, else venv and pip.
# PYTHON=/path/to/python chooses the interpreter (3.11 or newer).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
# Modules are compiled once and not anew by each of the many processes that are started.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
IMAGE ?= reply-mcp
# The generated server that measurements compare with has dependencies of its own.
PEERS := build/peers
# So have the schemas of Kubernetes and Compose.
DEPLOYMENT := build/deployment
# So have the agent frameworks; smolagents reads tools by an older version of the SDK.
CONVERTERS := build/converters
CONVERTED := google_genai google_genai_schema langchain_google langchain_openai langchain_anthropic llama_index \
  openai_agents_strict pydantic_ai_google pydantic_ai_openai
# The suite of the protocol; 0.1 knows nothing later than 2025-11-25.
CONFORMANCE := @modelcontextprotocol/conformance@0.2.0-alpha.12
# The part of the branches that tests must take.
COVERAGE_FLOOR := 95
LOCK := requirements.lock
UPGRADE := --upgrade
# One file for pip and uv: exact versions with hashes, no addresses.
LOCKED := --all-extras --group dev --generate-hashes --no-annotate --no-header --no-emit-index-url pyproject.toml

UV := $(shell command -v uv 2>/dev/null)
RECENT := import sys; raise SystemExit(sys.version_info < (3, 11))
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)

# The first candidate that runs and is recent enough, or nothing.
define find_python
python=; for candidate in $(CANDIDATES); do \
  if "$$candidate" -c '$(RECENT)' >/dev/null 2>&1; then python=$$candidate; break; fi; \
done
endef

.PHONY: help demo test lint format coverage mutants snapshots site pictures apps hosts bench deployment rolling hostile conformance signin converters undo forecasts chaos quota catalog manifests lock dist bundle image clean

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12

demo: $(READY) ## a short session against the embedded Reply
	@$(BIN)/reply-mcp demo

test: $(READY) ## all tests
	@$(BIN)/python -m pytest

lint: $(READY) ## style, types, floors, and whether generated files are current
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy manifests
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n0 tests/test_layout.py
	$(BIN)/reply-mcp catalog check
	$(BIN)/python manifests/build.py --check

coverage: $(READY) ## all tests, with the branches they take; fails below the floor
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered --cov-fail-under=$(COVERAGE_FLOOR)

mutants: $(READY) ## change the code in some hundred places: which changes does no test notice?
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --group mutants
	@$(BIN)/python tests/mutants/run.py

snapshots: $(READY) ## write the snapshots of tools and answers, and what questions cost, anew, to be read in review
	@SNAPSHOTS=write $(BIN)/python -m pytest tests/snapshots
	@$(BIN)/python -m tests.e2e.price_of_safety

format: $(READY) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

undo: $(READY) ## every change and its undo, with faults in each, and what it costs: two minutes
	@UNDO_LONG=1 $(BIN)/python -m pytest -n0 -q tests/e2e/test_undo_rounds.py

forecasts: $(READY) ## what questions say will be sent against what is sent, in 500 generated sequences: three minutes
	@FORECASTS=100 $(BIN)/python -m pytest -n2 -q tests/e2e/test_forecasts.py

chaos: $(READY) ## servers under faults, half an hour: is anybody told what is not so?
	@$(BIN)/python tests/chaos/soak.py
	@$(BIN)/python -m tests.chaos.machine
	@$(BIN)/python -m tests.chaos.each_request
	@$(BIN)/python -m tests.chaos.retries
	@$(BIN)/python -m tests.chaos.changed_facts
	@TEST_TIMES=2 $(BIN)/python -m pytest -n0 -q tests/chaos/test_changes_before_the_answer.py tests/e2e/test_doors.py tests/e2e/test_question_names.py tests/e2e/test_hints.py tests/server/test_off_by_operation.py \
	  tests/server/search/test_search_use.py

quota: $(READY) ## servers that share a quota, four minutes: SQLite, Redis that dies, another application beside
	@for kind in sqlite redis foreign; do $(BIN)/python -m tests.chaos.quota $$kind; done

signin: $(READY) ## people sign in with a local issuer, in Chromium (needs it, Node and npm)
	@mkdir -p build/sign_in && cp tests/sign_in/* build/sign_in/
	@npm install --prefix build/sign_in --no-audit --no-fund --loglevel=error
	@PYTHONPATH=. $(BIN)/python tests/sign_in/run.py build/sign_in

conformance: $(READY) ## the protocol's own suite, at 2025-11-25 and 2026-07-28 (needs Node 22 and npm)
	@npm install --prefix build/conformance --no-audit --no-fund --loglevel=error $(CONFORMANCE)
	@$(BIN)/python -m tests.conformance.run build/conformance

hostile: $(READY) ## attacks on a server, four minutes: what others notice, and what becomes of its memory
	@$(BIN)/python -m tests.server.http.hostile_load

rolling: $(READY) ## 200 callers for a minute while two replicas behind nginx are restarted in turn
	@$(BIN)/python -m tests.deployment.rolling_restart

site: $(READY) ## the documentation as a site, in build/site; a broken link is an error
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --group site
	@$(BIN)/zensical build --strict

pictures: $(READY) ## the pictures of the documentation, from the embedded Reply
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --group site
	@$(BIN)/python manifests/pictures.py

apps: $(READY) ## the page of hosts that render one, in Chromium (needs it, Node and npm)
	@mkdir -p build/apps && cp tests/apps/* build/apps/ && npm install --prefix build/apps --no-audit --no-fund --loglevel=error
	@$(BIN)/python tests/apps/run.py build/apps

hosts: $(READY) ## Claude Code, Codex, Gemini CLI and opencode take the entry that install writes (needs Node and npm)
	@npm install --prefix build/hosts --no-audit --no-fund --loglevel=error @anthropic-ai/claude-code @openai/codex \
	  @google/gemini-cli opencode-ai
	@HOSTS_BIN=build/hosts/node_modules/.bin $(BIN)/python -m pytest -n0 -q tests/cli/install/test_real_hosts.py

bench: $(READY) $(PEERS)/.ready ## measurements, as one table
	@PEERS_PYTHON='$(CURDIR)/$(PEERS)/bin/python' $(BIN)/python -m tests.benchmarks.run
	@PEERS_PYTHON='$(CURDIR)/$(PEERS)/bin/python' $(BIN)/python -m tests.benchmarks.throughput
	@$(BIN)/python -m tests.journeys.costs

deployment: $(DEPLOYMENT)/.ready ## the Dockerfile, compose and Kubernetes files against their own rules, and the image's steps
	@$(DEPLOYMENT)/bin/python manifests/check.py
	@IMAGE_LONG=1 $(BIN)/python -m pytest -n0 -q tests/packaging/test_image.py

converters: $(READY) $(CONVERTERS)/.ready ## the converters of agent frameworks over every tool: none refused, nothing lost
	@$(BIN)/reply-mcp tools --toolsets all --json >$(CONVERTERS)/tools.json
	@$(CONVERTERS)/bin/python tests/converters/convert.py $(CONVERTERS)/tools.json $(CONVERTED)
	@$(CONVERTERS)/smolagents/bin/python tests/converters/convert.py $(CONVERTERS)/tools.json smolagents

catalog: $(READY) ## write the catalog's index anew
	$(BIN)/reply-mcp catalog build

manifests: $(READY) ## write manifests and the generated parts of the README anew
	$(BIN)/python manifests/build.py

lock: ## write requirements.lock anew, with the newest versions that pyproject.toml allows
ifeq ($(UV),)
	@echo 'make lock needs uv: https://docs.astral.sh/uv/' >&2; exit 1
else
	$(UV) pip compile --quiet --universal --python-version 3.11 $(UPGRADE) $(LOCKED) --output-file $(LOCK)
endif

dist: $(READY) bundle ## wheel, source archive and bundle, in dist/
ifneq ($(UV),)
	$(UV) build --out-dir dist
else
	$(BIN)/python -m pip install --quiet build
	$(BIN)/python -m build --outdir dist
endif

bundle: $(READY) ## the one-click bundle for Claude Desktop, in dist/
	$(BIN)/python manifests/bundle.py dist

image: ## the container image
	docker build --tag $(IMAGE) .

clean: ## remove everything that was made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ifneq ($(UV),)
$(READY): pyproject.toml requirements.lock
	@echo 'Setting up $(VENV) with uv (once).' >&2
	@uv venv --quiet --clear $(if $(PYTHON),--python $(PYTHON),--python '>=3.11') $(VENV)
	@uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@
else
$(READY): pyproject.toml requirements.lock
	@$(find_python); \
	if [ -z "$$python" ]; then \
	  echo "reply-mcp needs Python 3.11 or newer; none of these is: $(CANDIDATES). Set PYTHON=/path/to/python." >&2; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$python and pip (once)." >&2; \
	"$$python" -m venv $(VENV) || { echo "$$python cannot make a virtual environment (on Debian: apt install python3-venv)." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@
endif

$(PEERS)/.ready: | $(READY)
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet 'fastmcp>=4.1,<5'
	@touch $@

$(DEPLOYMENT)/.ready: pyproject.toml | $(READY)
	@$(BIN)/python -m venv $(DEPLOYMENT)
	@$(DEPLOYMENT)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(DEPLOYMENT)/bin/python -m pip install --quiet --group deployment
	@touch $@

$(CONVERTERS)/.ready: | $(READY)
	@$(BIN)/python -m venv $(CONVERTERS)
	@$(CONVERTERS)/bin/python -m pip install --quiet google-genai langchain-google-genai langchain-openai \
	  langchain-anthropic llama-index-tools-mcp openai-agents pydantic-ai-slim 'mcp>=2,<3'
	@$(BIN)/python -m venv $(CONVERTERS)/smolagents
	@$(CONVERTERS)/smolagents/bin/python -m pip install --quiet 'smolagents[mcp]' 'mcp<2'
	@touch $@
