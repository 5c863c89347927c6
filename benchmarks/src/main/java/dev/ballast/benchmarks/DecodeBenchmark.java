package dev.ballast.benchmarks;

import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.load.NodeNames;
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
 * Time to decode a filter request as kube-scheduler sends it, by the number of names in it: of
 * nodes that are known, in the order of the call before, and of such that are not.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DecodeBenchmark {
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
