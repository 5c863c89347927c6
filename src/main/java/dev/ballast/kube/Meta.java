package dev.ballast.kube;

import dev.ballast.inflight.PodFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The part of an object's metadata that Ballast decodes. Confined to one thread. */
final class Meta {
  String name = "";
  String namespace = "";
  String uid = "";
  String resourceVersion = "";

  /** Milliseconds since the epoch. */
  long creationMillis = PodFacts.NEVER;

  /** Whether an owner is a DaemonSet. */
  boolean daemonSet;

  final Map<String, String> labels = new HashMap<>();
  final Map<String, String> annotations = new HashMap<>();

  /**
   * Reads an ObjectMeta.
   *
   * @param labels which of its labels are kept
   * @param annotations which of its annotations are kept
   */
  static Meta read(ProtoReader in, Predicate<String> labels, Predicate<String> annotations) {
    var meta = new Meta();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> meta.name = in.text();
        case 3 -> meta.namespace = in.text();
        case 5 -> meta.uid = in.text();
        case 6 -> meta.resourceVersion = in.text();
        case 8 -> meta.creationMillis = Wire.millis(in.message());
        case 11 -> Wire.entry(in.message(), labels, meta.labels::put);
        case 12 -> Wire.entry(in.message(), annotations, meta.annotations::put);
        case 13 -> meta.daemonSet |= kind(in.message()).equals("DaemonSet");
        default -> {}
      }
    }
    return meta;
  }

  /** The kind in an OwnerReference. */
  private static String kind(ProtoReader owner) {
    for (int field = owner.next(); field != 0; field = owner.next()) {
      if (field == 1) {
        return owner.text();
      }
    }
    return "";
  }
}
