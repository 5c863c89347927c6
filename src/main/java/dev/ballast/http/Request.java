package dev.ballast.http;

/**
 * An HTTP request whose body has been read to its end. Valid until its answer has been sent.
 *
 * @param query the text behind the question mark, empty when there is none
 * @param body a buffer that starts with the body; it is the next request's when this one's answer
 *     has been sent, so nobody keeps it
 * @param length bytes of the body in the buffer
 * @param arrivedNanos the server's monotonic clock when the request's first byte was read
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost the hot path
public record Request(String query, byte[] body, int length, long arrivedNanos) {}
