package dev.ballast.explain;

import org.jspecify.annotations.Nullable;

/**
 * What asking one replica gave: an answer, or why there is none.
 *
 * @param source how it was reached
 */
public record Reply<T>(String source, @Nullable T answer, @Nullable String failure) {
  /** An answer. */
  public static <T> Reply<T> of(String source, T answer) {
    return new Reply<>(source, answer, null);
  }

  /** No answer. */
  public static <T> Reply<T> failed(String source, String why) {
    return new Reply<>(source, null, why);
  }
}
