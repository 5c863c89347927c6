package dev.ballast.kube;

import dev.ballast.inflight.PodFacts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The parts that all protobuf messages of the Kubernetes API share. Field numbers are those of
 * {@code generated.proto} in apimachinery 0.36, which never change.
 */
final class Wire {
  /** What is asked for. */
  static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";

  /** What is asked for of a watch. */
  static final String WATCH_CONTENT_TYPE = CONTENT_TYPE + ";stream=watch";

  private static final byte[] MAGIC = "k8s\0".getBytes(StandardCharsets.US_ASCII);
  private static final long MILLIS_A_SECOND = 1000;
  private static final long NANOS_A_MILLI = 1_000_000;

  private Wire() {}

  /** An encoded object in the envelope that {@link #unwrap} takes it from. */
  static byte[] wrap(byte[] object) {
    byte[] envelope = new ProtoWriter().bytes(2, object).toBytes(); // raw
    return ByteBuffer.allocate(MAGIC.length + envelope.length).put(MAGIC).put(envelope).array();
  }

  /** The object in the envelope that each object travels in: runtime.Unknown behind a mark. */
  static ProtoReader unwrap(ProtoReader envelope) {
    if (!envelope.skipPrefix(MAGIC)) {
      throw new ProtoReader.MalformedException("no object in the encoding that was asked for", 0);
    }
    for (int field = envelope.next(); field != 0; field = envelope.next()) {
      if (field == 2) { // raw
        return envelope.message();
      }
    }
    return new ProtoReader(MAGIC, 0, 0); // an object without fields
  }

  /** The metadata of an object of any kind, without labels and annotations. */
  static Meta metadata(ProtoReader object) {
    for (int field = object.next(); field != 0; field = object.next()) {
      if (field == 1) {
        return Meta.read(object.message(), label -> false, annotation -> false);
      }
    }
    return new Meta();
  }

  /** A time, in milliseconds since the epoch; {@link PodFacts#NEVER} when it is not set. */
  static long millis(ProtoReader time) {
    long seconds = 0;
    long nanos = 0;
    boolean set = false;
    for (int field = time.next(); field != 0; field = time.next()) {
      switch (field) {
        case 1 -> {
          seconds = time.varint();
          set = true;
        }
        case 2 -> nanos = time.varint();
        default -> {}
      }
    }
    return set ? seconds * MILLIS_A_SECOND + nanos / NANOS_A_MILLI : PodFacts.NEVER;
  }

  /** An entry of a map of texts, if its key is wanted. */
  static void entry(ProtoReader entry, Predicate<String> wanted, BiConsumer<String, String> to) {
    String key = "";
    String value = "";
    for (int field = entry.next(); field != 0; field = entry.next()) {
      switch (field) {
        case 1 -> {
          key = entry.text();
          if (!wanted.test(key)) {
            return;
          }
        }
        case 2 -> value = entry.text();
        default -> {}
      }
    }
    to.accept(key, value);
  }
}
