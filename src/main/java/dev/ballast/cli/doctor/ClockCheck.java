package dev.ballast.cli.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Do the clocks agree? Each is compared with the median of all, so that of three clocks the one
 * that differs is named. A server's clock is its Date header, which is cut to the second.
 */
final class ClockCheck {
  static final String NAME = "clock";
  static final String HERE = "this machine";
  private static final Duration HALF_SECOND = Duration.ofMillis(500);

  /**
   * A clock.
   *
   * @param owner whose it is
   * @param ahead how far it is ahead of this machine's; negative when it is behind
   */
  record Clock(String owner, Duration ahead) {
    /** The clock of a server that answered between two times of this machine with a date. */
    static Optional<Clock> of(
        String owner, Optional<Instant> date, long beforeMillis, long afterMillis) {
      Instant middle = Instant.ofEpochMilli((beforeMillis + afterMillis) / 2);
      return date.map(d -> new Clock(owner, Duration.between(middle, d.plus(HALF_SECOND))));
    }
  }

  private ClockCheck() {}

  /**
   * What the clocks of the servers say, beside this machine's own.
   *
   * @param tolerance what the policy allows; from half of it on there is a warning
   */
  static Finding of(List<Clock> servers, Duration tolerance) {
    if (servers.isEmpty()) {
      return Finding.skipped(NAME, "no server told its time", "make a server answer first");
    }
    var clocks = new ArrayList<>(servers);
    Clock here = new Clock(HERE, Duration.ZERO);
    clocks.add(here);
    Clock reference = reference(clocks, here);
    Clock worst = here;
    Duration most = Duration.ZERO;
    for (Clock clock : clocks) {
      Duration off = clock.ahead().minus(reference.ahead());
      if (off.abs().compareTo(most.abs()) > 0) {
        worst = clock;
        most = off;
      }
    }
    String seen =
        "the clock of %s is %s %s that of %s"
            .formatted(
                worst.owner(),
                Words.span(most),
                most.isNegative() ? "behind" : "ahead of",
                reference.owner());
    String advice =
        "set that clock (NTP); readings count up to " + Words.span(tolerance) + " ahead only";
    if (most.abs().compareTo(tolerance) > 0) {
      return Finding.broken(NAME, seen, advice);
    }
    return most.abs().compareTo(tolerance.dividedBy(2)) > 0
        ? Finding.warning(NAME, seen, advice)
        : Finding.ok(NAME, "%d clocks within %s".formatted(clocks.size(), Words.span(most)));
  }

  /** The median of three; of two the one of this machine. */
  private static Clock reference(List<Clock> clocks, Clock here) {
    return clocks.size() < 3
        ? here
        : clocks.stream()
            .sorted((a, b) -> a.ahead().compareTo(b.ahead()))
            .toList()
            .get(clocks.size() / 2);
  }
}
