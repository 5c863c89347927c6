package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.cli.doctor.ClockCheck.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClockCheckTest {
  private static final Duration TOLERANCE = Duration.ofMinutes(2);

  private static Finding check(int apiSeconds, int prometheusSeconds) {
    return ClockCheck.of(
        List.of(
            new Clock("the API server", Duration.ofSeconds(apiSeconds)),
            new Clock("Prometheus", Duration.ofSeconds(prometheusSeconds))),
        TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource({
    "600, 0, BROKEN, the clock of the API server is 10m ahead of that of",
    "-600, 0, BROKEN, the clock of the API server is 10m behind that of",
    "0, 600, BROKEN, the clock of Prometheus is 10m ahead of that of",
    "0, -600, BROKEN, the clock of Prometheus is 10m behind that of",
    "600, 601, BROKEN, the clock of this machine is 10m behind that of the API server",
    "0, 121, BROKEN, the clock of Prometheus is 2m1s ahead",
    "0, 61, WARNING, the clock of Prometheus is 1m1s ahead",
    "0, 59, OK, 3 clocks within 59s",
  })
  void of_threeClocks_namesTheOneThatDiffers(int api, int prometheus, Status status, String seen) {
    var finding = check(api, prometheus);
    assertThat(finding.status()).isEqualTo(status);
    assertThat(finding.seen()).startsWith(seen);
  }

  @Test
  void of_twoClocks_comparesWithThisMachine() {
    var finding =
        ClockCheck.of(List.of(new Clock("the API server", Duration.ofMinutes(-10))), TOLERANCE);
    assertThat(finding.seen())
        .isEqualTo("the clock of the API server is 10m behind that of this machine");
    assertThat(finding.advice()).contains("set that clock", "up to 2m ahead");
  }

  @Test
  void of_noServer_isSkipped() {
    assertThat(ClockCheck.of(List.of(), TOLERANCE).status()).isEqualTo(Status.SKIPPED);
  }

  @Test
  void clock_dateCutToTheSecond_isTakenInItsMiddle() {
    var date = Instant.parse("2026-11-22T12:00:07Z");
    long before = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
    assertThat(Clock.of("x", Optional.of(date), before, before + 1000))
        .contains(new Clock("x", Duration.ofSeconds(7)));
    assertThat(Clock.of("x", Optional.empty(), before, before)).isEmpty();
  }
}
