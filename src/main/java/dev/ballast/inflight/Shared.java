package dev.ballast.inflight;

import org.jspecify.annotations.Nullable;

/**
 * Gives one instance for equal values where it can: pods repeat the names of their nodes and what
 * they request. Remembers a fixed number of values, so it never grows; a value that was pushed out
 * is merely kept twice. Safe for use by many threads, as the values are immutable.
 */
public final class Shared<T> {
  private final @Nullable Object[] slots;

  /** Remembers at most this many values, a power of two. */
  public Shared(int size) {
    slots = new Object[size];
  }

  /** The value, or an equal one that was there before. */
  @SuppressWarnings("unchecked") // only values of T are put
  public T of(T value) {
    int hash = value.hashCode() * 0x9E3779B9;
    int slot = (hash ^ hash >>> 16) & (slots.length - 1);
    @Nullable Object known = slots[slot];
    if (known != null && value.equals(known)) {
      return (T) known;
    }
    slots[slot] = value;
    return value;
  }
}
