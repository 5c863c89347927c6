package dev.ballast.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadAnnotationsTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final LoadAnnotations UTC = new LoadAnnotations(ZoneOffset.UTC);
  private static final LoadAnnotations SHANGHAI = new LoadAnnotations(ZoneId.of("Asia/Shanghai"));
  private static final ZoneId BERLIN_ZONE = ZoneId.of("Europe/Berlin");
  private static final LoadAnnotations BERLIN = new LoadAnnotations(BERLIN_ZONE);
  private static final DateTimeFormatter REFERENCE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  @Test
  void format_reading_isCranesText() {
    assertThat(UTC.format(0.41283, NOON)).isEqualTo("0.41283,2026-11-22T12:00:00Z");
    // crane-scheduler's own zone: local time with a literal Z.
    assertThat(SHANGHAI.format(0.41283, NOON)).isEqualTo("0.41283,2026-11-22T20:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00000",
    "1, 1.00000",
    "0.1, 0.10000",
    "0.123456, 0.12346",
    "0.999999, 1.00000",
    "0.0000049, 0.00000",
    "1.5, 1.50000",
    "12345.678, 12345.67800"
  })
  void format_value_hasFiveDecimals(double value, String text) {
    assertThat(UTC.format(value, NOON)).isEqualTo(text + ",2026-11-22T12:00:00Z");
  }

  @Test
  void format_fractionOfASecond_isCut() {
    assertThat(UTC.formatTime(NOON.plusMillis(999))).isEqualTo("2026-11-22T12:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"de-DE", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai", "tr-TR"})
  void formatAndParse_anyDefaultLocale_areTheSame(String tag) {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      var annotations = new LoadAnnotations(ZoneOffset.UTC);

      assertThat(annotations.format(0.41283, NOON)).isEqualTo("0.41283,2026-11-22T12:00:00Z");
      assertThat(annotations.parse("0.41283,2026-11-22T12:00:00Z"))
          .contains(new Measurement(0.41283, NOON.toEpochMilli()));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void parse_ownZone_isTheTime() {
    assertThat(UTC.parse("0.41283,2026-11-22T12:00:00Z"))
        .contains(new Measurement(0.41283, NOON.toEpochMilli()));
    assertThat(SHANGHAI.parse("0.41283,2026-11-22T20:00:00Z"))
        .contains(new Measurement(0.41283, NOON.toEpochMilli()));
  }

  @Test
  void parse_anotherZone_isOffByTheOffset() {
    var read = UTC.parse(SHANGHAI.format(0.5, NOON));

    assertThat(read).contains(new Measurement(0.5, NOON.plusSeconds(8 * 3600).toEpochMilli()));
  }

  @Test
  void parse_hourThatOccursTwice_isTheEarlierOne() {
    var first = Instant.parse("2026-10-25T00:30:00Z"); // 02:30 summer time
    var second = Instant.parse("2026-10-25T01:30:00Z"); // 02:30 winter time

    assertThat(BERLIN.formatTime(first)).isEqualTo(BERLIN.formatTime(second));
    assertThat(BERLIN.parseTime(BERLIN.formatTime(second))).contains(first);
  }

  @Test
  void parse_hourThatDoesNotOccur_isReadOneHourOn() {
    assertThat(BERLIN.parseTime("2026-03-29T02:30:00Z"))
        .contains(Instant.parse("2026-03-29T01:30:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "'-0.5', -0.5",
    "'+0.5', 0.5",
    "1e-3, 0.001",
    "1.5E1, 15",
    "NaN, NaN",
    "Infinity, Infinity",
    "99999999999, 99999999999",
    ".5, 0.5",
    "5., 5"
  })
  void parse_anyNumber_isGivenAsItIs(String number, double value) {
    assertThat(UTC.parse(number + ",2026-11-22T12:00:00Z"))
        .contains(new Measurement(value, NOON.toEpochMilli()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "0.5",
        "0.5,",
        ",2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00Z,0.5",
        "abc,2026-11-22T12:00:00Z",
        "0,5,2026-11-22T12:00:00Z",
        "0.5,2026-11-22T12:00:00Z,",
        "0.5,2026-11-22T12:00:00Z,1",
        "0.5;2026-11-22T12:00:00Z",
        "0.5f,2026-11-22T12:00:00Z",
        "0.5D,2026-11-22T12:00:00Z",
        " 0.5,2026-11-22T12:00:00Z",
        "0.5 ,2026-11-22T12:00:00Z",
        "0.5d ,2026-11-22T12:00:00Z",
        "0.5, 2026-11-22T12:00:00Z",
        "0.5,2026-11-22T12:00:00Z ",
        "0.5,2026-11-22T12:00:00",
        "0.5,2026-11-22 12:00:00Z",
        "0.5,2026-11-22T12:00:00z",
        "0.5,2026-11-22T12:00:00+08:00",
        "0.5,2026-11-22T12:00:00.000Z",
        "0.5,2026-11-22T12:00Z",
        "0.5,2026-02-29T12:00:00Z",
        "0.5,2026-13-01T12:00:00Z",
        "0.5,2026-11-22T24:00:00Z",
        "0.5,2026-11-22T12:60:00Z",
        "0.5,26-11-22T12:00:00Z",
        "0.5,-2026-11-22T12:00:00Z",
        "0.5,+12026-11-22T12:00:00Z",
        "0.5,+999999999-11-22T12:00:00Z",
        "0.5,-999999999-01-01T00:00:00Z",
        "0.5,1763812800",
        "0.5,٢٠٢٦-11-22T12:00:00Z",
        "٠.٥,2026-11-22T12:00:00Z",
        "\u0000"
      })
  void parse_garbage_isNoReading(String text) {
    assertThat(UTC.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "now", "2026-11-22", "+999999999-11-22T12:00:00Z", "-0001-11-22T12:00:00Z"})
  void parseTime_garbage_isNoTime(String text) {
    assertThat(UTC.parseTime(text)).isEmpty();
  }

  @Property
  void parse_anyText_neverThrows(@ForAll String text) {
    assertThat(UTC.parse(text)).isEqualTo(UTC.parse(text));
    assertThat(UTC.parse("0.5," + text)).isEmpty();
  }

  @Property
  void parse_whatWasWritten_isRead(
      @ForAll @DoubleRange(min = 0, max = 1.5) double value,
      @ForAll @LongRange(min = 0, max = 4_102_444_800L) long second) {
    for (var annotations : new LoadAnnotations[] {UTC, SHANGHAI}) {
      var read = annotations.parse(annotations.format(value, Instant.ofEpochSecond(second)));

      assertThat(read).isPresent();
      assertThat(read.get().value()).isCloseTo(value, within(0.5001e-5));
      // China had summer time until 1991: the hour that occurs twice is read as the earlier one.
      assertThat(second * 1000 - read.get().epochMillis())
          .isIn(second < 700_000_000L ? new Long[] {0L, 3_600_000L} : new Long[] {0L});
    }
  }

  @Property(tries = 5000)
  void format_anyNumberAndTime_isWhatTheFormatsSay(
      @ForAll("numbers") double value,
      @ForAll @LongRange(min = -70_000_000_000L, max = 300_000_000_000L) long seconds) {
    var time = Instant.ofEpochSecond(seconds);
    String expected =
        String.format(Locale.ROOT, "%.5f,%s", value, REFERENCE.format(time.atZone(BERLIN_ZONE)));

    assertThat(BERLIN.format(value, time)).isEqualTo(expected);
  }

  /** Readings, and decimals with six digits that end in 5: there rounding is decided. */
  @Provide
  Arbitrary<Double> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.doubles().between(-2, 2).ofScale(9),
        Arbitraries.longs().between(-1, 2_000_000).map(n -> n / 1e5 + 5e-6),
        Arbitraries.doubles(),
        Arbitraries.of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY));
  }

  @Property(tries = 5000)
  void parseTime_nearlyATime_isWhatTheStrictFormatSays(
      @ForAll @LongRange(min = 0, max = 20_000_000_000L) long seconds,
      @ForAll @IntRange(min = 0, max = 19) int place,
      @ForAll("oddities") char oddity,
      @ForAll boolean changed) {
    var text =
        new StringBuilder(REFERENCE.format(Instant.ofEpochSecond(seconds).atZone(ZoneOffset.UTC)));
    if (changed) {
      text.setCharAt(place, oddity);
    }

    assertThat(UTC.parseTime(text.toString())).isEqualTo(reference(text.toString()));
  }

  @Provide
  Arbitrary<Character> oddities() {
    return Arbitraries.of(
        '0', '1', '2', '3', '6', '9', '-', '+', ':', 'T', 't', 'Z', ' ', '\u0663');
  }

  private static Optional<Instant> reference(String text) {
    try {
      return Optional.of(LocalDateTime.parse(text, REFERENCE).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
