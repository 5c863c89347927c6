package dev.ballast.benchmarks;

import java.io.IOException;

/** An API server with the objects of a {@link MemoryBenchCluster}. */
interface MemoryBenchServer extends AutoCloseable {
  /** How to reach it. */
  String kubeconfig() throws IOException;

  @Override
  void close() throws IOException;
}
