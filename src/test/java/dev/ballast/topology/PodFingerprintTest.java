package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts were printed by k8stopologyawareschedwg/podfingerprint v0.2.2. */
final class PodFingerprintTest {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-";

  /** Of one pod in the namespace ns, by the length of its name. */
  private static final String[] OF_LENGTH = {
    "7840c14bce146f7f", "bd1c0d4bb04e59fe", "24c006da46864614", "ca01ebab461e2142",
    "c505a89433ff7881", "bffd287654ccbf86", "b1e43fd58eca95b2", "ba84ab9ebd413e57",
    "0994f6f293e582a5", "41f8a808efce7467", "864e6fcb8fb57546", "6c531a7f0e15378b",
    "b26134cad41594de", "09d9def90fae94f1", "3c3d875820d8bbc0", "c87820054498a466",
    "e98f6367859a536d", "009c9ec4cf7e191f", "73d7363bae9b2238", "b1135ea2264fd1ad",
    "4ac6041b5d628aca", "4ec755d3ee41b9f0", "3c257687448c78c5", "1f1ea2c8643ef743",
    "516eca50e75649d1", "4ad9d42b0bc830d3", "de1ec17c58b6412d", "f9413c3a0162b66e",
    "2030f20c79dec46a", "05e55224a17e1916", "30b556f7b15d9d20", "7de3fd398c36e12d",
    "cd05d04b3302d4d7", "6445c99874933419", "b46b801a2ac0c47d", "c696c318ae107468",
    "391739ef425fdf22", "41b7a80720fdef42", "a6b70a1684dfc71e", "724ab880722cd486",
    "42e60a7ef06f4d89", "935938994bb256b5", "e35b44c6cecd33aa", "6cafe3825826f69b",
    "f1d1f3f0717dfd2d", "0c9fc8a341a3a24c", "94e99fe1682c3af9", "28e1a6bf990303f5",
    "e6682243b28d60d4", "15945b7c1fc67288", "4d9f53aebe0a2639", "a307f27f2d5155c1",
    "55988fcf887512d9", "0be4300a4ff2de17", "0e0fe64646ab890f", "91fd8693f989e3ba",
    "564b321d10575c2c", "5d651dd7334b392f", "8ec1871847e62395", "708e936c4cbd0389",
    "60b5f915ab0b8d67", "522180f92fedfced", "a9e422029b64a965", "9766722c5289afef",
    "18cc7e9e99e779c4", "92beb23c7044f527", "7f0333030b39cfc7", "f35aa5e1b24ba289",
    "7a8eef14cb6f3f39", "788dd4191c1eebd5", "565c215ac40e116b",
  };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|pfp0v001ef46db3751d8e999",
        "default/web-0|pfp0v001d5676506abe7e28f",
        "default/web-0,kube-system/coredns-5d78c9869d-abcde|pfp0v001e19004da5add4cc6",
        "default/web-0,default/web-1,kube-system/coredns-5d78c9869d-abcde"
            + "|pfp0v001c74be766565733b7",
        "a/a,a/b,b/a,b/b,default/web-0|pfp0v001536a4f5a88b261cb",
        "größe/名前-😀|pfp0v001b5f8ad2121c71bee",
        "/|pfp0v001c47d32effa0690e8",
      })
  void of_pods_isThatOfTheOriginalInAnyOrder(String pods, String expected) {
    long[] hashes =
        Arrays.stream(pods.split(","))
            .filter(pod -> !pod.isEmpty())
            .mapToLong(PodFingerprintTest::hash)
            .toArray();
    long[] backwards =
        IntStream.range(0, hashes.length).mapToLong(i -> hashes[hashes.length - 1 - i]).toArray();

    assertThat(PodFingerprint.of(hashes)).isEqualTo(expected);
    assertThat(PodFingerprint.of(backwards)).isEqualTo(expected);
  }

  @Test
  void of_namesOfAllLengths_isThatOfTheOriginal() {
    for (int length = 0; length < OF_LENGTH.length; length++) {
      assertThat(PodFingerprint.of(new long[] {PodFingerprint.hash("ns", name(length))}))
          .as("%s letters", length)
          .isEqualTo("pfp0v001" + OF_LENGTH[length]);
    }
    long[] all =
        IntStream.range(0, OF_LENGTH.length)
            .mapToLong(length -> PodFingerprint.hash("ns", name(length)))
            .toArray();

    assertThat(PodFingerprint.of(all)).isEqualTo("pfp0v0017a33b5480ab447ba");
  }

  @ParameterizedTest
  @CsvSource({
    "0,pfp0v001db4be30b28b33a04",
    "31,pfp0v001d65c910be90008ef",
    "32,pfp0v00173b50c3b69cd90a8",
    "33,pfp0v0014f22cb63fae6db84",
    "70,pfp0v00140f5e6bd4d786b3f",
  })
  void of_namespaceOfALength_isThatOfTheOriginal(int length, String expected) {
    assertThat(PodFingerprint.of(new long[] {PodFingerprint.hash(name(length), "pod")}))
        .isEqualTo(expected);
  }

  @Test
  void of_aHundredPods_isThatOfTheOriginal() {
    long[] hashes =
        IntStream.range(0, 100)
            .mapToLong(i -> PodFingerprint.hash("ns-" + i % 10, "pod-" + i))
            .toArray();
    long[] before = hashes.clone();

    assertThat(PodFingerprint.of(hashes)).isEqualTo("pfp0v001015eb0633cc0778f");
    assertThat(hashes).isEqualTo(before);
  }

  private static long hash(String pod) {
    int slash = pod.indexOf('/');
    return PodFingerprint.hash(pod.substring(0, slash), pod.substring(slash + 1));
  }

  private static String name(int length) {
    var name = new StringBuilder();
    for (int i = 0; i < length; i++) {
      name.append(LETTERS.charAt((i * 7 + length) % LETTERS.length()));
    }
    return name.toString();
  }
}
