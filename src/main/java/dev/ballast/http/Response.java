package dev.ballast.http;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response, sent with Content-Length in one write.
 *
 * @param status the status code
 * @param contentType the content type; unused when the body is empty
 * @param body a buffer that starts with the body
 * @param length bytes of the body in the buffer
 * @param later what is sent in its place after a while; null to send it now
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost the hot path
public record Response(
    int status, String contentType, byte[] body, int length, @Nullable Later later) {
  private static final byte[] NOTHING = {};

  /**
   * An answer that is made later; no call of another connection waits for it.
   *
   * @param afterMillis when to make it
   * @param answer makes it; called once; a {@link Response#later} of its own is not looked at
   */
  public record Later(long afterMillis, Supplier<Response> answer) {}

  /** A response to be sent now. */
  public Response(int status, String contentType, byte[] body, int length) {
    this(status, contentType, body, length, null);
  }

  /** This one, unless there is another to be sent after a while in its place. */
  public Response orLater(Later later) {
    return new Response(status, contentType, body, length, later);
  }

  /**
   * A response without a body: the only form of an error, as a body that a client leaves unread
   * costs it the connection.
   */
  public static Response empty(int status) {
    return new Response(status, "", NOTHING, 0);
  }

  /** A 200 with a body. */
  public static Response ok(String contentType, byte[] body) {
    return new Response(200, contentType, body, body.length);
  }
}
