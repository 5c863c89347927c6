package dev.ballast.inflight;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the annotations of a pod say of how it counts in flight, in place of the policy. Immutable.
 *
 * @param cpu cores that it is expected to use, in the score and in the filter
 * @param memory bytes that it is expected to use, in the score and in the filter
 * @param warmup time after its start in which it counts in full
 */
public record PodOverrides(OptionalDouble cpu, OptionalDouble memory, Optional<Duration> warmup) {
  /** The annotation with a quantity of cores. */
  public static final String ESTIMATED_CPU = "ballast.dev/estimated-cpu";

  /** The annotation with a quantity of bytes. */
  public static final String ESTIMATED_MEMORY = "ballast.dev/estimated-memory";

  /** The annotation with a duration such as {@code 90s}. */
  public static final String WARM_UP = "ballast.dev/warm-up";

  /** Of a pod without such annotations. */
  public static final PodOverrides NONE =
      new PodOverrides(OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty());

  /** Reads the estimates; a wrong text is told and gives nothing. */
  public static PodOverrides of(
      @Nullable String cpu, @Nullable String memory, Optional<Duration> warmup, BadText bad) {
    return cpu == null && memory == null && warmup.isEmpty()
        ? NONE
        : new PodOverrides(
            quantity(ESTIMATED_CPU, cpu, bad), quantity(ESTIMATED_MEMORY, memory, bad), warmup);
  }

  private static OptionalDouble quantity(String key, @Nullable String text, BadText bad) {
    if (text == null) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Quantity.parse(text));
    } catch (IllegalArgumentException e) {
      bad.found(key, text, String.valueOf(e.getMessage()));
      return OptionalDouble.empty();
    }
  }
}
