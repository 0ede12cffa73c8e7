# Every command of the project. On a machine with only Go, Node.js 20, make and git:
#   make run     the site on http://localhost:3000
#   make test    every test, on both databases and in a browser
# What a command needs beyond that it installs (Debian, as root) or names.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run dev build test race lint bench load faults clean

export CGO_ENABLED := 0
export GOWORK := off

# Go keeps its caches below HOME; without one they are kept in the clone.
ifeq ($(strip $(HOME)),)
export HOME := $(CURDIR)/.cache/home
export GOMODCACHE := $(CURDIR)/.cache/home/go/pkg/mod
GOFLAGS += -modcacherw
export GOFLAGS
endif

# The commit goes into the binary where git can tell it.
VCS := $(shell git status --porcelain >/dev/null 2>&1 && echo auto || echo false)

# The tool is built aside and moved, since another run may be using the old one; then it takes the
# shell's place, so that signals reach it.
TOOL = mkdir -p .cache && go -C tools build -buildvcs=false -o ../.cache/tool.$$$$ . && \
	mv .cache/tool.$$$$ .cache/tool && exec .cache/tool

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: build ## serve the site on http://localhost:3000, everything built in
	@exec bin/nuso serve

dev: build ## the same with templates, styles and content read from disk at each request
	@$(TOOL) dev

build: ## one self-contained binary, bin/nuso
	@$(TOOL) front
	go build -trimpath -buildvcs=$(VCS) -ldflags='-s -w' -o bin/nuso ./app

test: ## every test: SQLite, PostgreSQL, browser, accessibility
	@$(TOOL) test

race: ## the Go tests with the race detector
	@$(TOOL) race

lint: ## format, vet, static analysis, sizes, style sheets, content
	@$(TOOL) lint

bench: ## the figures: speed beside nginx, weights, times (BENCH_SECONDS, 10; BENCH_PARTS)
	@$(TOOL) bench

load: ## a mix of all pages for a while (LOAD_SECONDS, 60)
	@$(TOOL) load

faults: ## kill -9, slow clients, full disk and the like (FAULT_ROUNDS, 20)
	@$(TOOL) faults

clean: ## remove what was built and installed in the clone; data/ stays
	@[ ! -d .cache ] || chmod -R u+w .cache
	rm -rf bin .cache node_modules
	find static/dist -mindepth 1 ! -name .gitkeep -delete
