package dev.ballast.benchmarks;

import dev.ballast.extender.ExtenderService;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.policy.Strategy;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of a prioritize call of 500 names without HTTP, by the strategies that the metrics allow.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class StrategyBenchmark {
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
