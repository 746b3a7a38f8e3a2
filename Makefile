# Every step of the project's checks is a target here. `make` alone prints this list.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help deps build run test e2e browser sign-on proofs bench bench-micro bench-growth bench-eviction soak lint format clean

# A release build leaves the dynamic exclusivity checks out, of SwiftNIO too: they are a tenth of a page's time.
release := swift build -c release -Xswiftc -enforce-exclusivity=unchecked

help: ## Print this list.
	@awk 'BEGIN { FS = ":.*## " } /^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

deps: ## Install the Debian packages that building, running and testing need, those that are missing only.
	@Scripts/install-deps --tests

build: ## Build the gateway and the service stubs in release mode.
	$(release)

run: ## Build everything, start Redis, the six services and the gateway, and stop them all on Ctrl-C.
	@Scripts/run

test: ## Install what is missing and run all tests: unit tests, end-to-end tests, and the browser.
	@Scripts/test

e2e: ## Run the end-to-end tests alone: a real gateway against real services and a real Redis.
	@Scripts/test --only end-to-end

browser: ## Run the browser check alone: the six sites in headless Chromium, with pictures in .run/screenshots.
	@Scripts/test --only browser

sign-on: ## Run Authlib, a client that is not of this project, against the sign-on of the service stubs; needs PyPI once.
	swift build --product service-stubs
	@Tests/SignOn/run

proofs: build ## Race 1,000 purges against slow fetches on two release gateways, and let four of them want one copy.
	@Scripts/install-deps --tests
	swift build --build-tests
	PURGE_ROUNDS=1000 PURGE_ENTRIES=1000000 GATEWAY_BINARIES=.build/release swift test --skip-build --disable-xctest --no-parallel \
		--filter 'EndToEndTests.PurgingTests/races|EndToEndTests.LeaseTests|EndToEndTests.AuditTests/hostile|PurgeCostTests'

bench: build ## Measure the gateway beside nginx, Varnish and Traffic Server; about 25 minutes, on an idle machine.
	@Benchmarks/install-peers
	python3 -B Benchmarks/SideBySide/main.py

bench-micro: ## Count the instructions of each stage, and fail where they have risen by more than 5 %.
	@Scripts/install-deps --tests
	GATEWAY_BENCHMARKS=1 $(release) --product benchmarks
	python3 -B Benchmarks/Micro/measure.py --check

bench-growth: build ## Measure what a page costs as fragments, entries, routes, hosts and connections grow.
	@Benchmarks/install-peers
	python3 -B Benchmarks/Growth/main.py

bench-eviction: ## Compare policies of eviction by simulation, and update decision 7; about half a minute.
	python3 -B Benchmarks/Eviction/main.py --write

soak: build ## Run 20 minutes of mixed traffic with failures, and check that nothing grows.
	@Benchmarks/install-peers
	python3 -B Benchmarks/Soak/main.py --minutes 20

lint: ## Check formatting, the rules of the architecture, and the scripts.
	@Scripts/lint

format: ## Format all Swift sources in place.
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

clean: ## Remove what was built and what runs left behind; the next run starts with fresh data.
	swift package clean
	rm -rf .run
