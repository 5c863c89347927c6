package dev.ballast.topology;

import java.util.List;

/** Fingerprints of pods for tests of other packages. */
public final class Fingerprints {
  private Fingerprints() {}

  /**
   * The fingerprint of pods of one namespace.
   *
   * @param names of the pods
   */
  public static String of(String namespace, List<String> names) {
    return PodFingerprint.of(
        names.stream().mapToLong(name -> PodFingerprint.hash(namespace, name)).toArray());
  }

  /** The fingerprint of the pods in an example of podfingerprint, {@code tracing_test.go}. */
  public static String ofExample() {
    return PodFingerprint.of(
        new long[] {
          PodFingerprint.hash("ns1", "n1"),
          PodFingerprint.hash("ns1", "n2"),
          PodFingerprint.hash("ns2", "n1"),
          PodFingerprint.hash("ns3", "n1"),
          PodFingerprint.hash("ns3", "n2")
        });
  }
}
