# The one place where commands live; the README, the book and CI call these targets.
PYTHON  ?= python3
VENV    ?= .venv
PROFILE ?= quick
DATASET ?= synthetic
PORT    ?= 8000
COURSE  ?= ../course
JOBS    ?= 2

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install book test test-slurm check format serve pdf links address labs labs-release labs-collect labs-grade \
  labs-feedback clean constraints

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  settings: PROFILE=smoke|quick|paper (now $(PROFILE))  DATASET=name (now $(DATASET))"

install: $(INSTALLED) ## make .venv with everything at the tested versions (about 7 GB)

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python: expected 3.11 or newer, got $$($(PYTHON) --version). Say which with: make install PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Installing at the versions of constraints.txt; torch is large, expect 3 to 10 minutes."
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --progress-bar on \
	  --constraint constraints.txt --editable '.[book,test,dev,teach]'
	$(BIN)/python -m mffcnn_book.cli doctor --quiet
	@touch $@

book: $(INSTALLED) ## run the notebooks and build the site (PROFILE, DATASET)
	@$(BIN)/python -m mffcnn_book.cli book --profile $(PROFILE) --dataset $(DATASET)

test: $(INSTALLED) check ## style, floors, unit tests, smoke notebooks, the site in a browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-slurm: $(INSTALLED) ## opt-in, Debian, root: the experiments as jobs of a cluster of one node
	$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --constraint constraints.txt --editable '.[book,test,slurm]'
	$(BIN)/python -m pytest --durations=0 -s tests/workflow/slurm_cluster.py

check: $(INSTALLED) ## style, floors, spelling and words
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python -m pytest -q tests/test_words.py

format: $(INSTALLED) ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: book ## build the site and serve it on http://localhost:PORT
	@$(BIN)/python -m mffcnn_book.cli book --profile $(PROFILE) --dataset $(DATASET) --serve $(PORT)

pdf: book ## print the site to book.pdf beside its first page (needs Chromium)
	@$(BIN)/python workflow/print_pdf.py --profile $(PROFILE) --dataset $(DATASET)

links: $(INSTALLED) ## do the links to other hosts still lead somewhere (needs the network)
	$(BIN)/jupyter-book build . --toc book/_toc.yml --builder linkcheck

address: ## write REPOSITORY=owner/name into the notebooks, for Colab
	@$(BIN)/python workflow/colab.py $(REPOSITORY)

labs: $(INSTALLED) ## make student editions (book/labs) and keys (_build/labs/key) from labs/source
	@$(BIN)/python -m mffcnn_book.cli labs build

labs-release: $(INSTALLED) ## put a lab into a course folder, ready to hand out (LAB, COURSE)
	@$(BIN)/python -m mffcnn_book.cli labs release $(LAB) --course '$(COURSE)'

labs-collect: $(INSTALLED) ## take in submissions, a folder or a zip file (LAB, COURSE, INBOX)
	@$(BIN)/python -m mffcnn_book.cli labs collect $(LAB) --course '$(COURSE)' $(if $(INBOX),--inbox '$(INBOX)')

labs-grade: $(INSTALLED) ## mark what was collected, as safely as this machine can, see book/teaching.md (LAB, COURSE, JOBS)
	@$(BIN)/python -m mffcnn_book.cli labs grade $(LAB) --course '$(COURSE)' --jobs $(JOBS)

labs-feedback: $(INSTALLED) ## take the marking sheet, write a page per student (LAB, COURSE)
	@$(BIN)/python -m mffcnn_book.cli labs feedback $(LAB) --course '$(COURSE)'

clean: ## remove what was made: sites, records, corpus, prepared clips (not .venv)
	rm -rf _build data .snakemake .pytest_cache .ruff_cache .import_linter_cache
	find results -mindepth 1 -maxdepth 1 ! -name benchmarks ! -name reference -exec rm -rf {} +

constraints: ## pin the versions that are installed now
	@{ echo "# Every version that is tested, on Python 3.11. Made by \`make constraints\`; do not edit by hand."; \
	   $(BIN)/python -m pip freeze --exclude-editable; } > constraints.txt
