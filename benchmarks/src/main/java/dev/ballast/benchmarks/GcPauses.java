package dev.ballast.benchmarks;

import java.util.List;
import java.util.regex.Pattern;

/** The pauses in a log of {@code -Xlog:gc}. */
record GcPauses(int count, double totalMillis, double longestMillis) {
  private static final Pattern PAUSE = Pattern.compile(" Pause .* ([0-9]+\\.[0-9]+)ms$");

  static GcPauses of(List<String> lines) {
    int count = 0;
    double total = 0;
    double longest = 0;
    for (String line : lines) {
      var pause = PAUSE.matcher(line);
      if (pause.find()) {
        double millis = Double.parseDouble(pause.group(1));
        count++;
        total += millis;
        longest = Math.max(longest, millis);
      }
    }
    return new GcPauses(count, total, longest);
  }
}
