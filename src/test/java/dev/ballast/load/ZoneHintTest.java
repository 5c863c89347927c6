package dev.ballast.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ZoneHintTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final ZoneHint hint = new ZoneHint();

  @ParameterizedTest
  @CsvSource({
    "Asia/Shanghai, UTC, PT8H",
    "Asia/Kolkata, UTC, PT5H30M",
    "Asia/Kathmandu, UTC, PT5H45M",
    "America/New_York, UTC, PT-5H",
    "America/St_Johns, UTC, PT-3H-30M",
    "UTC, Asia/Shanghai, PT-8H",
    "Pacific/Kiritimati, Etc/GMT+12, PT26H",
    "Asia/Shanghai, Europe/Berlin, PT7H",
  })
  void shared_stampsOfAnotherZone_areItsOffset(String writer, String reader, Duration offset) {
    var written = new LoadAnnotations(ZoneId.of(writer));
    var read = new LoadAnnotations(ZoneId.of(reader));
    for (int i = 0; i < 10; i++) {
      // Seen up to a few minutes after it was taken.
      var stamp = read.parseTime(written.formatTime(NOW.minusSeconds(30L * i))).orElseThrow();
      hint.observe("n" + i, stamp.toEpochMilli(), NOW.toEpochMilli());
    }

    assertThat(hint.shared()).contains(new ZoneHint.Hint(offset, 10, 10));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 30_000, 119_999, 120_000})
  void shared_writersClockAhead_changesNothing(long aheadMillis) {
    hint.observe("n1", NOW.toEpochMilli() + aheadMillis, NOW.toEpochMilli());
    assertThat(hint.shared()).isEmpty();

    hint.observe(
        "n1",
        NOW.toEpochMilli() + Duration.ofHours(8).toMillis() + aheadMillis,
        NOW.toEpochMilli());
    assertThat(hint.shared()).map(ZoneHint.Hint::offset).contains(Duration.ofHours(8));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 60_000, 600_000, 779_999})
  void shared_rightStamps_giveNone(long ageMillis) {
    hint.observe("n1", NOW.toEpochMilli() - ageMillis, NOW.toEpochMilli());

    assertThat(hint.shared()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {-10, 10, 15, -15})
  void shared_clockIsMinutesOff_isNoZone(long aheadMinutes) {
    hint.observe("n1", NOW.plusSeconds(60 * aheadMinutes).toEpochMilli(), NOW.toEpochMilli());

    assertThat(hint.shared()).isEmpty();
  }

  @Test
  void shared_half_isNoMajority() {
    observe("n1", 8);
    observe("n2", 0);
    assertThat(hint.shared()).isEmpty();

    observe("n3", 8);
    assertThat(hint.shared()).contains(new ZoneHint.Hint(Duration.ofHours(8), 2, 3));
  }

  @Test
  void shared_mixedZones_giveNone() {
    observe("n1", 8);
    observe("n2", 5);
    observe("n3", -3);

    assertThat(hint.shared()).isEmpty();
  }

  @Test
  void shared_latestStamp_replacesTheOneBefore() {
    observe("n1", 8);
    observe("n1", 0);

    assertThat(hint.shared()).isEmpty();
  }

  @Test
  void shared_forgottenNode_doesNotCount() {
    observe("n1", 8);
    observe("n2", 8);
    observe("n3", 0);
    observe("n4", 0);
    hint.forget("n4");

    assertThat(hint.shared()).contains(new ZoneHint.Hint(Duration.ofHours(8), 2, 3));
  }

  @ParameterizedTest
  @ValueSource(longs = {27, -27, 24 * 365, -24 * 365})
  void shared_offsetOfNoTwoZones_isNone(long hours) {
    observe("n1", hours);

    assertThat(hint.shared()).isEmpty();
  }

  @Test
  void shared_nothingObserved_isNone() {
    assertThat(hint.shared()).isEmpty();
  }

  @Property
  void shared_anyOffsetAndAge_isFound(
      @ForAll @IntRange(min = -48, max = 56) int quarters,
      @ForAll @IntRange(min = -120, max = 779) int ageSeconds) {
    var zone = ZoneOffset.ofTotalSeconds(quarters * 900);
    var stamp =
        new LoadAnnotations(ZoneOffset.UTC)
            .parseTime(new LoadAnnotations(zone).formatTime(NOW.minusSeconds(ageSeconds)))
            .orElseThrow();
    var fresh = new ZoneHint();
    fresh.observe("n1", stamp.toEpochMilli(), NOW.toEpochMilli());

    assertThat(fresh.shared().map(ZoneHint.Hint::offset).orElse(Duration.ZERO))
        .isEqualTo(Duration.ofMinutes(Math.abs(quarters) > 1 ? 15L * quarters : 0));
  }

  private void observe(String node, long hours) {
    hint.observe(
        node, NOW.plus(Duration.ofHours(hours)).toEpochMilli() - 20_000, NOW.toEpochMilli());
  }
}
