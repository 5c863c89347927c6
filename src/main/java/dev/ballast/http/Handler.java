package dev.ballast.http;

/** Answers requests of one route. Called by many threads at once; does not throw. */
@FunctionalInterface
public interface Handler {
  Response handle(Request request);

  /**
   * Told when an answer has been handed to the socket.
   *
   * @param tookNanos from the first byte of the request on
   */
  default void sent(Response response, long tookNanos) {}
}
