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

  private byte[][] bodies = {};
  private int next;
  private ExtenderService service;

  @Setup
  public void cluster() {
    service = Fleet.make().service(new Strategy.Weighted(), shortlist);
    int step = Math.min(names, Fleet.NODES);
    bodies = new byte[Fleet.NODES / step][];
    for (int i = 0; i < bodies.length; i++) {
      bodies[i] = Payloads.filterForPlainPod(i * step, names);
    }
  }

  /**
   * kube-scheduler goes on where it stopped, so each call meets nodes that were long left alone.
   */
  private Request request() {
    byte[] body = bodies[next++ % bodies.length];
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
