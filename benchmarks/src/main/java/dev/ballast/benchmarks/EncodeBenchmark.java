package dev.ballast.benchmarks;

import dev.ballast.extender.wire.Answer;
import dev.ballast.extender.wire.Candidates;
import dev.ballast.extender.wire.ExtenderAnswers;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.load.NodeNames;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Time to write answers, by the number of names in the call. */
public class EncodeBenchmark extends MicroBenchmark {
  private static final int REFUSED = 20; // every 20th

  @Param({"100", "500", "5000"})
  int names;

  private Candidates candidates;
  private int[] scores = {};

  @Setup
  public void payload() throws MalformedRequestException {
    byte[] body = Payloads.filter(names);
    scores = IntStream.range(0, names).map(i -> i % 11).toArray();
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
    return ExtenderAnswers.scored(candidates, scores);
  }
}
