package dev.ballast.benchmarks;

import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.load.NodeNames;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Time to decode a filter request as kube-scheduler sends it, by the number of names in it: of
 * nodes that are known, in the order of the call before, and of such that are not.
 */
public class DecodeBenchmark extends MicroBenchmark {
  @Param({"100", "500", "5000"})
  int names;

  private byte[] body = {};
  private NodeNames known = NodeNames.EMPTY;

  @Setup
  public void payload() {
    body = Payloads.filter(names);
    known = Fleet.make().store().snapshot().names();
  }

  @Benchmark
  public ExtenderRequest known() throws MalformedRequestException {
    return ExtenderRequest.decode(body, body.length, known);
  }

  @Benchmark
  public ExtenderRequest unknown() throws MalformedRequestException {
    return ExtenderRequest.decode(body, body.length, NodeNames.EMPTY);
  }
}
