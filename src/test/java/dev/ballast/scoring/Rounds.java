package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.load.NodeLoad;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Rounds for tests: candidates {@code node-0}, {@code node-1} ... without pods in flight. */
@NullMarked
final class Rounds {
  static final long NOW = 1_795_348_800_000L;

  private Rounds() {}

  static Round of(@Nullable NodeLoad... loads) {
    return of(Incoming.NOBODY, loads);
  }

  @SuppressWarnings("NullAway") // JDK 17 does not read from class files that elements may be null
  static Round of(Incoming pod, @Nullable NodeLoad... loads) {
    var charges = new Charge[loads.length];
    Arrays.fill(charges, Charge.NONE);
    String[] names =
        IntStream.range(0, loads.length).mapToObj(i -> "node-" + i).toArray(String[]::new);
    return Round.of(pod, names, loads, charges, NOW);
  }
}
