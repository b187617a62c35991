# Builds, runs and tests Tripline. `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
UI := server/ui
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
MAX_LINES := 450

# One set of flags for every command, so that they share what is compiled. What is left out makes the first
# build a third faster: a codec that gin brings and nothing here uses, and tables for debuggers.
export CGO_ENABLED := 0
export GOFLAGS := $(shell go env GOFLAGS) -trimpath -buildvcs=false -tags=nomsgpack -gcflags=all=-dwarf=false
export TRIPLINE_BIN := $(CURDIR)/bin/tripline

# A compiler that collects its garbage less often takes a fifth less time, and a few gigabytes.
go_build := GOGC=1000 GOMEMLIMIT=4GiB go build

pages_made := $(UI)/dist/index.html
pages_sources := $(wildcard $(UI)/*.json $(UI)/*.js $(UI)/index.html) $(shell find $(UI)/src $(UI)/public -type f)
packages_made := $(UI)/node_modules/.pages
test_packages_made := $(UI)/node_modules/.tests
NODEDIFF := runtime/jsapi/nodediff
reference_made := $(NODEDIFF)/node_modules/.package-lock.json

heading = @printf '\n=== %s ===\n' '$(1)'

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

.PHONY: run
run: build ## build and serve on 127.0.0.1:8080 with the defaults; data is kept in ./data
	@exec bin/tripline serve

.PHONY: demo
demo: build ## show the way of one hot uplink to a WeCom message, on a folder that is thrown away
	@exec bin/tripline demo

.PHONY: build
build: ## bin/tripline, one static binary with the admin pages in it
	@$(MAKE) --no-print-directory -j2 pages packages
	$(go_build) -ldflags '-s -w -X main.version=$(VERSION)' -o bin/tripline ./cmd/tripline

# What does not need the pages is compiled while npm waits for the network.
.PHONY: packages
packages:
	$(go_build) ./runtime/... ./scripts/... ./orgparams ./server/store

# The server is complete without its pages, so a machine without Node.js builds one that says so.
.PHONY: pages
pages: ## the admin pages, where Node.js is there to build them
	@if .ci/node; then $(MAKE) --no-print-directory $(pages_made); \
	else echo "The admin pages are not built: the server will say so in their place. The HTTP interface is complete."; fi

$(pages_made): $(pages_sources) $(packages_made)
	npm --prefix $(UI) run build

$(packages_made): $(UI)/package.json $(UI)/package-lock.json
	npm --prefix $(UI) ci --omit=dev --no-audit --no-fund
	@touch $@

$(test_packages_made): $(UI)/package.json $(UI)/package-lock.json
	npm --prefix $(UI) ci --no-audit --no-fund
	@touch $(packages_made) $@

$(reference_made): $(NODEDIFF)/package.json $(NODEDIFF)/package-lock.json
	npm --prefix $(NODEDIFF) ci
	@touch $@

.PHONY: test
test: ## everything that a change must pass; installs what it needs
	$(call heading,what the tests need)
	@.ci/needs
	@$(MAKE) --no-print-directory lint
	$(call heading,build)
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory test-go
	@$(MAKE) --no-print-directory test-pages
	@$(MAKE) --no-print-directory test-e2e
	$(call heading,all passed)

.PHONY: lint
lint: ## formatting, vet, staticcheck, the length of files
	$(call heading,lint)
	@files=$$(gofmt -l cmd runtime scripts orgparams server testdata); [ -z "$$files" ] || { echo "$$files"; echo 'Run gofmt -w on the files above.'; exit 1; }
	go vet ./... ./testdata/wecom
	go run $(STATICCHECK) -checks all ./...
	@find cmd runtime scripts orgparams server \( -name node_modules -o -name dist -o -name testdata \) -prune -o \
		\( -name '*.go' -o -name '*.js' -o -name '*.ts' -o -name '*.tsx' \) -exec wc -l {} + | \
		awk '$$2 != "total" && $$1 > $(MAX_LINES) { print $$2 " has " $$1 " lines: split what are two things"; long = 1 } END { exit long }'

.PHONY: test-go
test-go: $(reference_made) ## unit tests and fuzz seeds under the race detector; scripts against Node.js itself
	$(call heading,unit tests)
	TRIPLINE_REQUIRE_NODE=1 CGO_ENABLED=1 go test -race -shuffle on $$(go list ./... | grep -v /server/e2e$$)

.PHONY: test-pages
test-pages: $(test_packages_made) ## the admin pages in a real browser
	$(call heading,admin pages: types and a real browser)
	npm --prefix $(UI) run check
	npm --prefix $(UI) test

.PHONY: test-e2e
test-e2e: ## the built binary from outside
	$(call heading,end to end)
	go test -count 1 ./server/e2e

.PHONY: soak
soak: build ## ten minutes of load, failing receivers, kills and a full disk; SOAK=2m RATE=100 for another length and load
	TRIPLINE_SOAK=$(or $(SOAK),10m) TRIPLINE_SOAK_RATE=$(or $(RATE),500) go test -count 1 -timeout 2h -v -run TestSoak ./server/e2e

.PHONY: bench
bench: build ## benchmarks: one run, and uplinks end to end
	go run ./cmd/bench

.PHONY: clean
clean: ## remove what was built
	rm -rf bin $(UI)/dist/* $(UI)/node_modules $(NODEDIFF)/node_modules
