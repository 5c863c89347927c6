package dev.ballast.extender.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A few ASCII texts that come again and again, found by their bytes, so that none is made anew.
 * Immutable.
 */
final class KnownTexts {
  private static final int SLOTS = 256; // few of them share one

  /** Keys of a request and of the objects in it that are read. */
  static final KnownTexts KEYS =
      new KnownTexts(
          "Pod",
          "Nodes",
          "NodeNames",
          "metadata",
          "spec",
          "status",
          "name",
          "namespace",
          "uid",
          "labels",
          "annotations",
          "ownerReferences",
          "resourceVersion",
          "creationTimestamp",
          "containers",
          "initContainers",
          "image",
          "command",
          "args",
          "ports",
          "env",
          "resources",
          "requests",
          "limits",
          "cpu",
          "memory",
          "volumeMounts",
          "readinessProbe",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "imagePullPolicy",
          "securityContext",
          "restartPolicy",
          "volumes",
          "terminationGracePeriodSeconds",
          "dnsPolicy",
          "serviceAccountName",
          "serviceAccount",
          "nodeName",
          "nodeSelector",
          "affinity",
          "schedulerName",
          "tolerations",
          "priorityClassName",
          "priority",
          "preemptionPolicy",
          "enableServiceLinks",
          "topologySpreadConstraints",
          "overhead",
          "hostNetwork",
          "imagePullSecrets",
          "nominatedNodeName",
          "preferredDuringSchedulingIgnoredDuringExecution");

  private final @Nullable String[] texts = new String[SLOTS];
  private final byte[][] bytes = new byte[SLOTS][];

  KnownTexts(String... known) {
    for (String text : known) {
      byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
      int slot = slot(ascii, 0, ascii.length);
      if (texts[slot] == null) { // another one in its slot is made anew each time
        texts[slot] = text;
        bytes[slot] = ascii;
      }
    }
  }

  /** The text in a part of a buffer, which is UTF-8. */
  String text(byte[] buffer, int start, int stop) {
    int slot = stop > start ? slot(buffer, start, stop) : 0;
    @Nullable String known = texts[slot];
    return known != null && Arrays.equals(buffer, start, stop, bytes[slot], 0, bytes[slot].length)
        ? known
        : new String(buffer, start, stop - start, StandardCharsets.UTF_8);
  }

  private static int slot(byte[] text, int start, int stop) {
    int hash = 31 * (31 * text[start] + text[stop - 1]) + stop - start;
    return hash & (SLOTS - 1);
  }
}
