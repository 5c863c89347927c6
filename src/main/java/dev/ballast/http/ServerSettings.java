package dev.ballast.http;

import java.util.function.LongSupplier;

/**
 * What a server needs to know.
 *
 * @param name for log lines and thread names
 * @param host the address to listen on
 * @param port the port to listen on; 0 picks a free one
 * @param maxRequestBytes a longer request body is refused with 413
 * @param tooLargeAdvice what the log says of a body over the limit
 * @param tooLarge told of each body over the limit
 * @param nanoClock monotonic clock in nanoseconds
 */
public record ServerSettings(
    String name,
    String host,
    int port,
    int maxRequestBytes,
    String tooLargeAdvice,
    TooLarge tooLarge,
    LongSupplier nanoClock) {
  /** Told of a request over the limit, by path. */
  public interface TooLarge {
    void refused(String path);
  }

  /** The error of a server that cannot listen. */
  IllegalStateException cannotListen(Exception failure) {
    Throwable cause = failure;
    for (var next = cause.getCause(); next != null; next = next.getCause()) {
      cause = next;
    }
    return new IllegalStateException(
        "%s: cannot listen on %s:%d: %s. Give an address of this machine and a port that is free."
            .formatted(name, host, port, cause.getMessage()),
        failure);
  }
}
