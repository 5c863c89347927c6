package dev.ballast.topology;

import java.util.Arrays;

/**
 * The pods of a node, as far as a fingerprint needs them: of each a hash of its UID, by which it is
 * found, and one of its name. So a pod that is gone takes no other of the same name with it.
 * Immutable.
 */
final class PodHashes {
  /** Of a node without pods. */
  static final PodHashes NONE = new PodHashes(new long[0], new long[0]);

  private final long[] uids;
  private final long[] names;

  private PodHashes(long[] uids, long[] names) {
    this.uids = uids;
    this.names = names;
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return uids.length == 0;
  }

  /** These pods and one more; the same object when it is there already. */
  PodHashes with(ZoneLedger.Pod pod) {
    long uid = hash(pod.uid());
    if (indexOf(uid) >= 0) {
      return this;
    }
    int count = uids.length;
    long[] moreUids = Arrays.copyOf(uids, count + 1);
    long[] moreNames = Arrays.copyOf(names, count + 1);
    moreUids[count] = uid;
    moreNames[count] = nameHash(pod);
    return new PodHashes(moreUids, moreNames);
  }

  /** These pods without one; the same object when it is not there. */
  PodHashes without(String uid) {
    int gone = indexOf(hash(uid));
    if (gone < 0) {
      return this;
    }
    return new PodHashes(without(uids, gone), without(names, gone));
  }

  private static long[] without(long[] all, int gone) {
    long[] fewer = Arrays.copyOf(all, all.length - 1);
    System.arraycopy(all, gone + 1, fewer, gone, fewer.length - gone);
    return fewer;
  }

  private int indexOf(long uid) {
    for (int i = 0; i < uids.length; i++) {
      if (uids[i] == uid) {
        return i;
      }
    }
    return -1;
  }

  private static long hash(String uid) {
    return PodFingerprint.hash("", uid);
  }

  /** What a pod adds to a fingerprint. */
  static long nameHash(ZoneLedger.Pod pod) {
    return PodFingerprint.hash(pod.namespace(), pod.name());
  }

  /** The fingerprint of all of them. */
  String fingerprint() {
    return PodFingerprint.of(names);
  }
}
