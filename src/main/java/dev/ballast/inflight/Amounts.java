package dev.ballast.inflight;

import org.jspecify.annotations.Nullable;

/**
 * Requests or limits of a container or a pod. Immutable.
 *
 * @param cpu cores; 0 where nothing is given
 * @param memory bytes; 0 where nothing is given
 */
public record Amounts(double cpu, double memory) {
  /** Nothing given. */
  public static final Amounts NONE = new Amounts(0, 0);

  /**
   * Reads quantities; null and empty texts give nothing, and so do wrong ones, which are told.
   *
   * @param of what they are, {@code requests} or {@code limits}
   */
  public static Amounts parse(
      String of, @Nullable String cpu, @Nullable String memory, BadText bad) {
    if (isNone(cpu) && isNone(memory)) {
      return NONE;
    }
    return new Amounts(quantity(of, ".cpu", cpu, bad), quantity(of, ".memory", memory, bad));
  }

  private static double quantity(String of, String resource, @Nullable String text, BadText bad) {
    if (text == null || text.isEmpty()) {
      return 0;
    }
    try {
      return Quantity.parse(text);
    } catch (IllegalArgumentException e) {
      bad.found(of + resource, text, String.valueOf(e.getMessage()));
      return 0;
    }
  }

  private static boolean isNone(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  Amounts plus(Amounts other) {
    return new Amounts(cpu + other.cpu, memory + other.memory);
  }

  Amounts max(Amounts other) {
    return new Amounts(Math.max(cpu, other.cpu), Math.max(memory, other.memory));
  }

  /** These, and the other ones where these give nothing. */
  Amounts orElse(Amounts other) {
    return new Amounts(cpu > 0 ? cpu : other.cpu, memory > 0 ? memory : other.memory);
  }
}
