package dev.ballast.topology;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The fingerprint of a set of pods, by which a topology tells which pods were there when it was
 * made: version 001 of k8stopologyawareschedwg/podfingerprint. The hash is xxHash64, by its
 * specification (Cyan4973/xxHash, {@code doc/xxhash_spec.md}).
 */
final class PodFingerprint {
  private static final String PREFIX = "pfp0v001";

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE = 32;

  private PodFingerprint() {}

  /** What a pod adds to a fingerprint. */
  static long hash(String namespace, String name) {
    return xxHash64(bytes(name), xxHash64(bytes(namespace), 0));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The fingerprint of pods, by their hashes in any order. */
  static String of(long[] hashes) {
    long[] sorted = hashes.clone();
    flip(sorted); // as unsigned numbers
    Arrays.sort(sorted);
    flip(sorted);
    var all = ByteBuffer.allocate(sorted.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long hash : sorted) {
      all.putLong(hash);
    }
    return PREFIX + HexFormat.of().toHexDigits(xxHash64(all.flip(), 0));
  }

  private static void flip(long[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] ^= Long.MIN_VALUE;
    }
  }

  private static long xxHash64(ByteBuffer bytes, long seed) {
    var in = bytes.order(ByteOrder.LITTLE_ENDIAN);
    int length = in.remaining();
    long hash = length >= STRIPE ? stripes(in, seed) : seed + PRIME_5;
    hash += length;
    while (in.remaining() >= Long.BYTES) {
      hash ^= round(0, in.getLong());
      hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
    }
    if (in.remaining() >= Integer.BYTES) {
      hash ^= Integer.toUnsignedLong(in.getInt()) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
    }
    while (in.hasRemaining()) {
      hash ^= Byte.toUnsignedLong(in.get()) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    hash = (hash ^ hash >>> 33) * PRIME_2;
    hash = (hash ^ hash >>> 29) * PRIME_3;
    return hash ^ hash >>> 32;
  }

  private static long stripes(ByteBuffer in, long seed) {
    long[] lanes = {seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1};
    while (in.remaining() >= STRIPE) {
      for (int i = 0; i < lanes.length; i++) {
        lanes[i] = round(lanes[i], in.getLong());
      }
    }
    long hash =
        Long.rotateLeft(lanes[0], 1)
            + Long.rotateLeft(lanes[1], 7)
            + Long.rotateLeft(lanes[2], 12)
            + Long.rotateLeft(lanes[3], 18);
    for (long lane : lanes) {
      hash = (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }
    return hash;
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
  }
}
