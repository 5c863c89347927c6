package dev.ballast.kube;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Builds one protobuf message, field by field, as stand-ins for an API server send them. Confined
 * to one thread.
 */
public final class ProtoWriter {
  private static final int BYTES = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds an integer. */
  public ProtoWriter number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  /** Adds a text. */
  public ProtoWriter text(int field, String text) {
    return bytes(field, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a message. */
  public ProtoWriter message(int field, ProtoWriter message) {
    return bytes(field, message.toBytes());
  }

  /** Adds bytes. */
  public ProtoWriter bytes(int field, byte[] value) {
    varint((long) field << 3 | BYTES);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  /** Adds an entry of a map of texts. */
  public ProtoWriter entry(int field, String key, String value) {
    return message(field, new ProtoWriter().text(1, key).text(2, value));
  }

  /** Adds an entry of a map of quantities. */
  public ProtoWriter quantity(int field, String resource, String quantity) {
    var value = new ProtoWriter().text(1, quantity);
    return message(field, new ProtoWriter().text(1, resource).message(2, value));
  }

  /** Adds a time. */
  public ProtoWriter time(int field, long epochMillis) {
    var time = new ProtoWriter().number(1, Math.floorDiv(epochMillis, 1000L));
    return message(field, time.number(2, Math.floorMod(epochMillis, 1000L) * 1_000_000L));
  }

  /** The message. */
  public byte[] toBytes() {
    return out.toByteArray();
  }

  /** The message as an object travels: in an envelope behind a mark. */
  public byte[] toObject() {
    return Wire.wrap(toBytes());
  }

  /** The message, an object, as an event of a watch travels: behind its length. */
  public byte[] toEvent(String type) {
    byte[] event =
        new ProtoWriter()
            .text(1, type)
            .message(2, new ProtoWriter().bytes(1, toObject()))
            .toBytes();
    return ByteBuffer.allocate(Integer.BYTES + event.length)
        .putInt(event.length)
        .put(event)
        .array();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
