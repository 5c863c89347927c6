package dev.ballast.http;

/**
 * An HTTP response, sent with Content-Length in one write.
 *
 * @param status the status code
 * @param contentType the content type; unused when the body is empty
 * @param body a buffer that starts with the body
 * @param length bytes of the body in the buffer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost the hot path
public record Response(int status, String contentType, byte[] body, int length) {
  private static final byte[] NOTHING = {};

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
