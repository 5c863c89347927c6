package dev.ballast.kube;

import java.nio.charset.StandardCharsets;

/**
 * A cursor over the fields of one protobuf message. What is not asked for is passed over by its
 * length, without being looked into: of a Pod that is nearly all. Confined to one thread; the bytes
 * must not change while it is used.
 *
 * <p>Source: the encoding as protobuf.dev documents it. Groups, which Kubernetes never uses, are an
 * error.
 */
final class ProtoReader {
  /** Bytes that are no protobuf message. */
  static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String what, int at) {
      super(what + " at byte " + at);
    }
  }

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int VARINT_BITS = 64;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int wireType;
  private boolean unread; // the value of the field that next() gave

  /** A reader of the bytes from {@code from} up to, and without, {@code end}. */
  ProtoReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** The number of the next field, 0 at the end; a value that was not read is passed over. */
  int next() {
    if (unread) {
      pass();
    }
    if (at == end) {
      return 0;
    }
    long tag = readVarint();
    int field = (int) (tag >>> 3);
    if (field <= 0 || tag >>> 32 != 0) {
      throw new MalformedException("no field has the tag " + tag, at);
    }
    wireType = (int) tag & 7;
    unread = true;
    return field;
  }

  /** The integer, boolean or enumeration that is the value of this field. */
  long varint() {
    take(VARINT, "an integer");
    return readVarint();
  }

  /** The text that is the value of this field. */
  String text() {
    int length = length("a text");
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  /** The message that is the value of this field. */
  ProtoReader message() {
    int length = length("a message");
    at += length;
    return new ProtoReader(bytes, at - length, at);
  }

  /** Whether the next bytes are these, which are then passed over. */
  boolean skipPrefix(byte[] prefix) {
    if (end - at < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[at + i] != prefix[i]) {
        return false;
      }
    }
    at += prefix.length;
    return true;
  }

  private int length(String what) {
    take(BYTES, what);
    return readLength();
  }

  private void take(int expected, String what) {
    if (!unread || wireType != expected) {
      throw new MalformedException("wire type " + wireType + " in the place of " + what, at);
    }
    unread = false;
  }

  private void pass() {
    unread = false;
    switch (wireType) {
      case VARINT -> {
        long unused = readVarint();
      }
      case FIXED64 -> at = checked(Long.BYTES);
      case BYTES -> {
        int length = readLength();
        at += length;
      }
      case FIXED32 -> at = checked(Integer.BYTES);
      default -> throw new MalformedException("wire type " + wireType, at);
    }
  }

  private int readLength() {
    long length = readVarint();
    if (length < 0 || length > end - at) {
      throw new MalformedException(
          "a length of " + length + " with " + (end - at) + " bytes left", at);
    }
    return (int) length;
  }

  private int checked(int length) {
    if (length > end - at) {
      throw new MalformedException("the message ends within a value", at);
    }
    return at + length;
  }

  private long readVarint() {
    long value = 0;
    for (int shift = 0; shift < VARINT_BITS; shift += 7) {
      if (at == end) {
        throw new MalformedException("the message ends within an integer", at);
      }
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("an integer of more than 64 bits", at);
  }
}
