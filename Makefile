# Plumbline. `make help` lists the targets; `make all` goes from nothing to the report.

PYTHON ?=
PROFILE ?= quick
ENGINE ?= auto
STUDIES ?=
EPOCHS ?= 1
RUN_OPTIONS ?=

# What the user's other programs need of Python's variables would lead these to other modules.
unexport PYTHONHOME PYTHONPATH PYTHONPLATLIBDIR PYTHONSAFEPATH

BIN := .environments/plumbline/bin
PLUMBLINE := $(BIN)/plumbline
FIND_PYTHON := images/find_python.sh "$(PYTHON)"
CONTAINERS := $(patsubst images/%/Dockerfile,run-%,$(filter-out images/base/%,$(wildcard images/*/Dockerfile)))
SUITES := $(wildcard tests/test_*.py) \
	$(addprefix tests/,benchmarks contract data host images orchestrator report runners/harness studies faults end_to_end)

.DEFAULT_GOAL := help
# With --jobs too, one target after the other: a study needs the set-up, a report needs the study.
.NOTPARALLEL:
.PHONY: all words setup data plan images study report bundle test test-tools lint sanitize test-docker bench \
	$(CONTAINERS) clean help

help: ## Show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p; s/^$$(CONTAINERS):.*## \(.*\)/run-NAME\t\1/p' \
		$(MAKEFILE_LIST) | expand -t 14
	@echo "Variables: PROFILE=smoke|quick|paper ENGINE=auto|docker|local STUDIES=\"s2 …\" EPOCHS=N"
	@echo "           PYTHON=/path/to/python PYTORCH_WHEELS=cpu|cuda"
	@echo "Containers: $(CONTAINERS)"

# A failed build must not be followed by a run in older images: left to choose, take no image at all.
all: words setup data ## Everything: set up, fetch, build images, run the study, report
	@engine=$(ENGINE); \
	if [ $$engine = auto ] && ! $(BIN)/python -m images.engine >/dev/null; then \
		engine=local; \
		echo "no container engine answers: the study runs in virtual environments (ENGINE=local)"; \
	elif [ $$engine != local ] && ! $(MAKE) --no-print-directory images; then \
		[ $$engine = auto ] || exit 1; \
		engine=local; \
		echo "no images, see above: the study runs in virtual environments (ENGINE=local)"; \
	fi; \
	status=0; $(MAKE) --no-print-directory study ENGINE=$$engine || status=$$?; \
	$(MAKE) --no-print-directory report && exit $$status

# Before anything is set up, downloaded or built for a run that is then refused.
words:
	@case "$(ENGINE)" in auto|docker|local) ;; \
		*) echo "error: ENGINE=$(ENGINE) is not auto, docker or local" >&2; exit 1 ;; esac
	@case "$(PROFILE)" in smoke|quick|paper) ;; \
		*) echo "error: PROFILE=$(PROFILE) is not smoke, quick or paper" >&2; exit 1 ;; esac
	@studies=$${PLUMBLINE_STUDIES:-studies}; \
	for study in $(STUDIES); do grep -q "^id *= *[\"']$$study[\"']" "$$studies"/*.toml && continue; \
		echo "error: there is no study $$study in the folder $$studies" >&2; exit 1; done

setup: ## Make the virtual environments from their locks, and the Velox plugin
	@python=$$($(FIND_PYTHON)) \
		&& "$$python" -m images.system_packages \
		&& "$$python" -m images.environments create plumbline \
		&& "$$python" -m images.environments create

# Exit code 1: a data set is not available now; the jobs that need it are skipped, with that reason.
data: setup ## Download, verify and decode the data sets
	@$(PLUMBLINE) data fetch || [ $$? -eq 1 ]

plan: words setup ## Show the jobs and what they will cost; run nothing
	@$(PLUMBLINE) plan $(STUDIES) --profile $(PROFILE) $(RUN_OPTIONS)

images: ## Build the container images
	@python=$$($(FIND_PYTHON)) && "$$python" -m images.build

study: words ## Run the study; what is finished already is not run again
	@$(PLUMBLINE) run $(STUDIES) --profile $(PROFILE) --engine $(ENGINE) --resume $(RUN_OPTIONS)

report: ## Render results/latest as HTML and PDF, with the artifact appendix
	@$(PLUMBLINE) report results/latest

bundle: setup data ## One archive that a machine without network installs from: out/plumbline-….tar
	@$(BIN)/python -m images.bundle

test-tools: setup
	@$(BIN)/python -m images.system_packages tests

test: setup test-tools lint ## All tests that need no container engine
	$(BIN)/python -m pytest $(SUITES) -m "not docker"
	@for contender in runners/*/contender.toml; do \
		folder=$$(basename $$(dirname $$contender)); \
		environment=$$(sed -n 's/^environment = "\(.*\)"/\1/p' $$contender); \
		echo "== $$folder, in the environment $$environment"; \
		PYTHONPATH="$$PWD:$$PWD/.environments/test-tools" \
			.environments/$$environment/bin/python -m pytest tests/runners/$$folder || exit 1; \
	done

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

sanitize: setup ## Test the Velox plugin under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory --jobs=2 -C images/velox/ml_functions sanitize \
		PYTHON="$$PWD/.environments/velox/bin/python"

test-docker: setup data images ## The tests that need a container engine
	$(BIN)/python -m pytest $(SUITES) -m docker

bench: setup data ## Measure the contenders, the gate and the kit itself
	$(BIN)/python -m benchmarks contenders
	$(BIN)/python -m benchmarks meters
	$(BIN)/python -m benchmarks report
	$(BIN)/python -m benchmarks overhead --engines local
	$(BIN)/python -m benchmarks gate

$(CONTAINERS): run-%: ## One container by itself; its result goes to out/
	@python=$$($(FIND_PYTHON)) && "$$python" -m images.run $* mnist-cnn --epochs $(EPOCHS)

clean: ## Remove environments, wheels and caches; keep data and results
	rm -rf .environments .wheelhouse .mypy_cache .ruff_cache .pytest_cache .hypothesis out
	find . -name __pycache__ -prune -exec rm -rf {} +
