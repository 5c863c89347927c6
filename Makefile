# Everything that this repository can do for you. "make help" lists it.
SHELL := /bin/bash
MVN ?= mvn
NODES ?= 50
ARGS ?=
BENCH = java -cp 'benchmarks/target/ballast-benchmarks.jar:benchmarks/target/lib/*'

.PHONY: help demo test build fmt local-up local-down bench-build bench-test bench-scheduler bench-latency \
	bench-jmh bench-sweep clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## watch load-aware and load-blind placement side by side (JDK 17 and Maven only); ARGS="--seconds 30"
	@$(MVN) -q -Dfast -DskipTests package
	@java -jar target/ballast.jar demo $(ARGS)

test: ## run all tests, on a real control plane and a real Prometheus
	@.ci/test

build: ## build target/ballast.jar with all checks but without tests
	@$(MVN) -q -DskipTests package

fmt: ## format the Java sources
	@$(MVN) -q -f benchmarks/reactor.xml -pl ../pom.xml,pom.xml spotless:apply

local-up: build ## start a local cluster with NODES=50 made-up nodes, its schedulers, Prometheus and Ballast
	@deploy/local/cluster up --nodes $(NODES) --ballast --history 24h $(ARGS)

local-down: ## stop the local cluster
	@deploy/local/cluster down

bench-build:
	@$(MVN) -q -f benchmarks/reactor.xml -Dfast -DskipTests package
	@cd benchmarks/stub && CGO_ENABLED=0 GOWORK=off go build -trimpath -o ../target/stub .

bench-test: ## check the benchmarks' own code and arithmetic
	@$(MVN) -q -f benchmarks/reactor.xml -DskipITs -Dtest='dev.ballast.benchmarks.*Test' -Dsurefire.failIfNoSpecifiedTests=false verify
	@cd benchmarks/stub && go vet ./... && go test ./...

bench-scheduler: bench-build ## pods/s of a real kube-scheduler, with and without extenders; ARGS=--help
	@$(BENCH) dev.ballast.benchmarks.SchedulerBench $(ARGS)

bench-latency: bench-build ## time of Ballast's answers at 50 pods/s from ready on; ARGS=--help
	@$(BENCH) dev.ballast.benchmarks.LatencyBench $(ARGS)

bench-jmh: bench-build ## micro-benchmarks with JMH; ARGS="Decode -prof gc -f 1", ARGS=-h for all options
	@$(BENCH) org.openjdk.jmh.Main $(ARGS)

bench-sweep: bench-build ## what a sweep of the annotator costs, on a real Prometheus; ARGS="--preset crane-rules", ARGS=--help
	@$(BENCH) dev.ballast.benchmarks.SweepBench $(ARGS)

clean: ## remove what was built here; the control plane's cache stays
	@$(MVN) -q -f benchmarks/reactor.xml clean
