package dev.ballast.extender.wire;

/**
 * The bytes of an answer.
 *
 * @param bytes a buffer that starts with the answer
 * @param length bytes of the answer in the buffer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost the hot path
public record Answer(byte[] bytes, int length) {}
