# Everything that this repository can do for you. "make help" lists it.
SHELL := /bin/bash
MVN ?= mvn
NODES ?= 50
ARGS ?=

.PHONY: help demo test build fmt local-up local-down clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## watch load-aware and load-blind placement side by side (JDK 17 and Maven only); ARGS="--seconds 30"
	@$(MVN) -q -Dfast -DskipTests package
	@java -jar target/ballast.jar demo $(ARGS)

test: ## run all tests, on a real control plane and a real Prometheus
	@.ci/test

build: ## build target/ballast.jar with all checks but without tests
	@$(MVN) -q -DskipTests package

fmt: ## format the Java sources
	@$(MVN) -q spotless:apply

local-up: build ## start a local cluster with NODES=50 made-up nodes, its schedulers, Prometheus and Ballast
	@deploy/local/cluster up --nodes $(NODES) --ballast --history 24h $(ARGS)

local-down: ## stop the local cluster
	@deploy/local/cluster down

clean: ## remove what was built here; the control plane's cache stays
	@$(MVN) -q clean
