package dev.ballast.annotator;

/** Whether this process leads. Safe for use by many threads. */
public interface Leadership {
  /**
   * True when this process holds the lease and its own last renewal is younger than the renew
   * deadline: two leaders for some seconds cannot be excluded by a lease, so whoever writes asks
   * before each batch.
   *
   * @param nowMillis the caller's clock, milliseconds since the epoch
   */
  boolean leads(long nowMillis);
}
