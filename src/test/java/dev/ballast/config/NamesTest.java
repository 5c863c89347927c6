package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "cpu_usage_avg_5m", "A.b-c_d", "example.com/load", "x/9"})
  void annotationKey_qualifiedName_accepted(String key) {
    assertThat(Names.annotationKey(key)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "a b", "/a", "a/", "a/b/c", "A/b", "a..b/c", "\u00fc"})
  void annotationKey_otherText_refused(String key) {
    assertThat(Names.annotationKey(key)).isPresent();
  }

  @Test
  void annotationKey_length_endsAt63() {
    assertThat(Names.annotationKey("p/" + "a".repeat(63))).isEmpty();
    assertThat(Names.annotationKey("p/" + "a".repeat(64))).isPresent();
    assertThat(Names.annotationKey("p".repeat(254) + "/a")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "fe80::1", "localhost", "ballast.svc"})
  void address_addressOrName_accepted(String address) {
    assertThat(Names.address(address)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:80", "http://x", "a b", "[::1]", "*"})
  void address_otherText_refused(String address) {
    assertThat(Names.address(address)).isPresent();
  }

  @Test
  void address_longRunOfColons_refusedAtOnce() {
    assertThat(Names.address(":".repeat(1 << 20) + "x")).isPresent();
  }
}
