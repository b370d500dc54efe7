# The one index of commands: `make` lists them. Works with GNU make 3.81 and newer.
.DEFAULT_GOAL := help
.PHONY: help doctor preflight setup lab test test-fast test-aarch64 notebooks cuda gpu bench verify-fast \
        bench-notebook bench-hub paper environment site slides student progress nbgrader hub offline \
        warm copy git-diff requirements clean clean-cache

# What rustup has just installed is found, too.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin

# Recursive, so that only targets that need Python look for one.
PYTHON ?= $(shell sh tools/preflight.sh --python)
COURSE = PYTHONPATH=tools
# The interpreter of the course's environment: JupyterLab, nbclient, pytest.
JUPYTER = "$$($(COURSE) $(PYTHON) -m course.paths venv_python)"

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	    awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

preflight:
	@sh tools/preflight.sh --offer

doctor: ## Say what was found on this machine, and how to free disk
	@sh tools/preflight.sh --verbose || [ $$? != 2 ]
	@$(COURSE) $(PYTHON) -m course.doctor

setup: preflight ## Build the kernel and the JupyterLab environment (once; ten minutes on two cores)
	@$(COURSE) $(PYTHON) -m course.setup

environment: preflight
	@$(COURSE) $(PYTHON) -m course.setup --environment

lab: setup ## Open your notebooks (student/) in JupyterLab (LAB_ARGS="--port 9000 --no-browser")
	@$(COURSE) $(JUPYTER) -m course.lab $(LAB_ARGS)

test: setup ## Run every test: Rust, notebooks in the kernel, JupyterLab in a browser
	@$(COURSE) $(PYTHON) -m course.suites

test-fast: preflight ## Run the Rust tests and lints only
	@$(COURSE) $(PYTHON) -m course.suites --fast

test-aarch64: preflight ## Run the tests that depend on the processor for Linux on AArch64, in an emulator
	@$(COURSE) $(PYTHON) -m course.aarch64

notebooks: setup ## Run the notebooks and put the outputs into them (NB=notebooks/x.ipynb for one)
	@$(COURSE) $(JUPYTER) -m course.runner --write $(NB_ARGS) $(NB)

copy: preflight ## Copy a notebook for a lesson of your own (NB=notebooks/x.ipynb TO=notebooks/20_y.ipynb)
	@test -n "$(NB)" -a -n "$(TO)" || \
	    { echo "Which one, and where to: make copy NB=notebooks/05_mean_shift.ipynb TO=notebooks/20_mine.ipynb" >&2; exit 1; }
	@cargo run -q -p tools --bin notebook -- copy $(NB) --out $(TO)

cuda: preflight ## Fetch NVIDIA's run-time compiler, which needs no GPU (130 MB, once)
	@$(COURSE) $(PYTHON) -m course.cuda

gpu: preflight ## Build target/gpu, which tests and measures on a machine with an NVIDIA GPU
	@$(COURSE) $(PYTHON) bench/gpu.py

bench: ## Measure the library (BENCH_ARGS=--short: minutes; --install-peers to compare: 6 GB)
	@$(COURSE) $(PYTHON) bench/library.py $(BENCH_ARGS)

verify-fast: ## Verify fast mean shift on ten million points (VERIFY_ARGS=--short: less)
	@$(COURSE) $(PYTHON) bench/library.py verify_fast $(VERIFY_ARGS)

paper: ## Typeset the paper about fast mean shift from its result pages (target/paper)
	@$(COURSE) $(PYTHON) -m course.paper

site: environment ## Make a site of all notebooks, to read without a server (target/site; SITE_ARGS=--no-api)
	@$(COURSE) $(JUPYTER) -m course.site $(SITE_ARGS)

slides: environment ## Make slides of a lesson, to show without a network (NB=notebooks/x.ipynb; target/slides)
	@$(COURSE) $(JUPYTER) -m course.site.slides $(NB)

bench-notebook: setup ## Measure how long a learner waits in a notebook
	@$(COURSE) $(JUPYTER) bench/notebook_latency.py

bench-hub: setup ## Measure users of a JupyterHub who work at once (docs/results/hub.md; as root)
	@$(COURSE) $(JUPYTER) bench/hub.py $(HUB_ARGS)

student: preflight ## Bring the notebooks to work in (student/) up to date, without JupyterLab
	@$(COURSE) $(PYTHON) -m course.edition

progress: ## Say which exercises are solved, and which to try next
	@$(COURSE) $(PYTHON) -m course.exercises

nbgrader: setup ## Write a graded assignment to grading/ (ASSIGNMENT=ps1 EXERCISES="02-ex1 02-ex3=2")
	@$(COURSE) $(PYTHON) -m course.nbgrader $(or $(ASSIGNMENT),ps1) --notebooks $(NB) --exercises $(EXERCISES)

git-diff: preflight ## Have git show changes of notebooks as text (writes to this clone's .git/config)
	@$(COURSE) $(PYTHON) -m course.git_diff

hub: preflight ## Build what a JupyterHub serves to a class (docs/jupyterhub.md)
	@$(COURSE) $(PYTHON) -m course.hub

offline: preflight ## Pack the course for machines without a network (OFFLINE_ARGS="--place /opt/lesson12-rs")
	@$(COURSE) $(PYTHON) -m course.offline $(OFFLINE_ARGS)

warm: preflight ## Make a kernel that comes with a crate of yours, compiled (CRATE=../my_crate)
	@$(COURSE) $(PYTHON) -m course.warm $(CRATE) $(WARM_ARGS)

requirements: ## Pin the requirements.txt of tools/python, hub, paper and nbgrader anew (needs uv)
	for folder in python hub paper nbgrader; do ( cd tools/$$folder && uv pip compile --universal \
	    --generate-hashes --python-version 3.10 --no-header --upgrade requirements.in \
	    -o requirements.txt ) || exit; done

clean: ## Remove this clone's build output
	rm -rf target

clean-cache: ## Remove what all clones share: kernel, environment, data
	@$(COURSE) $(PYTHON) -m course.storage clean
