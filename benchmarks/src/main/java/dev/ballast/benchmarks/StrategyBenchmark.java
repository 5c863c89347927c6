package dev.ballast.benchmarks;

import dev.ballast.extender.ExtenderService;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.policy.Strategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Time of a prioritize call of 500 names without HTTP, by the strategies that the metrics allow.
 */
public class StrategyBenchmark extends MicroBenchmark {
  @Param({"weighted", "targetPacking", "headroom"})
  String strategy;

  private final byte[] body = Payloads.filter(500);
  private ExtenderService service;

  @Setup
  public void cluster() {
    service = Fleet.make().service(strategy(), 0);
  }

  private Strategy strategy() {
    return switch (strategy) {
      case "weighted" -> new Strategy.Weighted();
      case "targetPacking" -> new Strategy.TargetPacking(0.4);
      case "headroom" -> new Strategy.Headroom(0, 0);
      default -> throw new IllegalArgumentException(strategy);
    };
  }

  @Benchmark
  public Response prioritize() {
    return service.prioritize(new Request("", body, body.length, System.nanoTime()));
  }
}
