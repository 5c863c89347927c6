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
 * Time of a whole call without HTTP, from the bytes of a request to those of the answer, with pods
 * in flight, provisional charges and the ring of decisions.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CallBenchmark {
  @Param({"100", "500", "5000"})
  int names;

  @Param({"0", "32"})
  int shortlist;

  private byte[] body = {};
  private ExtenderService service;

  @Setup
  public void cluster() {
    service = Fleet.make().service(new Strategy.Weighted(), shortlist);
    body = Payloads.filterForPlainPod(names);
  }

  private Request request() {
    return new Request("", body, body.length, System.nanoTime());
  }

  @Benchmark
  public Response filter() {
    return service.filter(request());
  }

  @Benchmark
  public Response prioritize() {
    return service.prioritize(request());
  }
}
