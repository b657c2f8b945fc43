PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run reset test test-quick faults bench check format lock

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run:  ## Start the site on http://127.0.0.1:8000 with demonstration data (PORT=8001 make run)
	@$(PYTHON) scripts/run.py

reset:  ## Delete the demonstration's data, to start over
	@$(PYTHON) scripts/run.py reset

test:  ## Test all of it: SQLite, PostgreSQL + Redis, journeys in Chromium (ARGS="tests/members -k lapse")
	@$(PYTHON) scripts/test.py $(ARGS)

test-quick:  ## Test on SQLite only, without a browser
	@$(PYTHON) scripts/test.py --quick $(ARGS)

faults:  ## Kill servers, databases and networks while people write, and count what is lost (an hour; MESSAGES=1000: fewer)
	@$(PYTHON) scripts/faults.py $(ARGS)

bench:  ## Measure how fast it is, and beside what (ARGS="fanout joins", ARGS="--against main~5 fanout")
	@$(PYTHON) scripts/measure.py $(ARGS)

check:  ## Formatting, lint, types, templates, import contracts, migrations, deployment, locks
	@$(PYTHON) scripts/check.py

format:  ## Format the code, and mend what lint can mend
	@$(PYTHON) scripts/check.py --format

lock:  ## Compile requirements/*.in to *.txt (keeps versions; UPGRADE=--upgrade make lock)
	@$(PYTHON) scripts/lock.py $(UPGRADE)
