package dev.ballast.cli.doctor;

import dev.ballast.config.Durations;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/** How findings put numbers, names and times into words. */
final class Words {
  private static final int EXAMPLES = 3;

  private Words() {}

  /** A number of things. */
  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** A part of all nodes. */
  static String ofNodes(long some, long all) {
    return some + " of " + count(all, "node");
  }

  /** Some of the names, and how many there are besides. */
  static String some(Collection<String> names) {
    String shown = names.stream().sorted().limit(EXAMPLES).collect(Collectors.joining(", "));
    return names.size() > EXAMPLES ? shown + ", ..." : shown;
  }

  /** A fraction as percents. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.0f %%", fraction * 100);
  }

  /** A time span in whole seconds, such as 1m30s; below ten seconds with a tenth. */
  static String span(Duration span) {
    Duration positive = span.abs();
    return positive.toSeconds() < 10
        ? "%d.%ds".formatted(positive.toSeconds(), positive.toMillisPart() / 100)
        : Durations.format(Duration.ofSeconds(positive.toSeconds()));
  }
}
