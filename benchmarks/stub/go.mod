module ballast.dev/benchmarks/stub

go 1.26
