package dev.ballast.benchmarks;

import dev.ballast.extender.wire.Answer;
import dev.ballast.extender.wire.Candidates;
import dev.ballast.extender.wire.ExtenderAnswers;
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

/** Time to write answers, by the number of names in the call. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EncodeBenchmark {
  private static final int REFUSED = 20; // every 20th

  @Param({"100", "500", "5000"})
  int names;

  private Candidates candidates;

  @Setup
  public void payload() throws MalformedRequestException {
    byte[] body = Payloads.filter(names);
    candidates = ExtenderRequest.decode(body, body.length, NodeNames.EMPTY).candidates();
  }

  @Benchmark
  public Answer echo() {
    return ExtenderAnswers.echo(candidates);
  }

  @Benchmark
  public Answer filtered() {
    return ExtenderAnswers.filtered(candidates, i -> i % REFUSED == 0 ? "over the limit" : "");
  }

  @Benchmark
  public Answer scored() {
    return ExtenderAnswers.scored(candidates, i -> i % 11);
  }
}
