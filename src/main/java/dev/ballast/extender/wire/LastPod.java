package dev.ballast.extender.wire;

import java.util.Arrays;

/**
 * The pod of the last request, by its bytes: kube-scheduler asks twice about each pod, and to
 * compare it costs a fraction of decoding it. Safe for use by many threads.
 */
public final class LastPod {
  private volatile Seen seen = new Seen(new byte[0], ExtenderPod.NOBODY);

  /**
   * A pod as it came.
   *
   * @param bytes the JSON object, from the first bracket to the last; empty before the first one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Seen(byte[] bytes, ExtenderPod pod) {
    /** Whether the same pod stands somewhere: an object ends where its last bracket is. */
    boolean standsAt(byte[] text, int start, int length) {
      int stop = start + bytes.length;
      return bytes.length > 0
          && stop <= length
          && Arrays.equals(text, start, stop, bytes, 0, bytes.length);
    }
  }

  Seen get() {
    return seen;
  }

  void set(byte[] text, int start, int stop, ExtenderPod pod) {
    seen = new Seen(Arrays.copyOfRange(text, start, stop), pod);
  }
}
