# `make run` and `make test` do all their own set-up. What each does is in scripts/, one short file a target.
.DEFAULT_GOAL := help
.PHONY: help run test dev check check-ui e2e bench soak boundaries shape audit

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

run: ## the demo: brings the tools, builds, starts server and sandbox
	@exec scripts/run.sh

test: ## every test: brings Chromium, PostgreSQL and Redis too
	@exec scripts/test.sh

dev: ## the demo, rebuilt and reloaded while you edit
	@exec scripts/dev.sh

check: ## format, lints, boundaries and the fast tests: before a commit
	@exec scripts/check.sh

check-ui: ## lints of the screens only, for both halves
	@exec scripts/check-ui.sh --both

e2e: ## the browser tests only; ARGS go to Playwright
	@exec scripts/e2e.sh $(ARGS)

bench: ## the figures, beside their baselines; NAME takes one of them
	@exec scripts/bench.sh $(NAME)

soak: ## long trials: kill -9 again and again, and nothing lost; NAME takes one of them
	@exec scripts/soak.sh $(NAME)

boundaries: ## who may import whom
	@exec scripts/boundaries.sh

shape: ## the ten longest files and functions
	@exec scripts/shape.sh

audit: ## licences, bans, sources and advisories of all dependencies
	@exec scripts/audit.sh
