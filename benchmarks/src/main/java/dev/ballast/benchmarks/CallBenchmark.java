package dev.ballast.benchmarks;

import dev.ballast.extender.ExtenderService;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.policy.Strategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Time of a whole call without HTTP, from the bytes of a request to those of the answer, with pods
 * in flight, provisional charges and the ring of decisions.
 */
public class CallBenchmark extends MicroBenchmark {
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
