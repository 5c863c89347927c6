package dev.ballast.explain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How values look in text. */
final class Texts {
  private Texts() {}

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** A share that is added; empty when it is nothing. */
  static String added(double fraction) {
    return Math.abs(fraction) < 5e-6 ? "" : "+" + percent(fraction);
  }

  static String age(double seconds) {
    if (seconds < 0) {
      return "in " + age(-seconds);
    }
    if (seconds < 120) {
      return Math.round(seconds) + " s";
    }
    return seconds < 7_200
        ? Math.round(seconds / 60) + " min"
        : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
  }

  static String ago(java.time.Instant time, java.time.Instant now) {
    double seconds = Duration.between(time, now).toMillis() / 1e3;
    return seconds < 1 ? "just now" : age(seconds) + " ago";
  }

  static String number(@Nullable Integer number) {
    return number == null ? "-" : String.valueOf(number);
  }

  static String ordinal(int number) {
    boolean teen = number % 100 >= 11 && number % 100 <= 13;
    String suffix =
        teen
            ? "th"
            : switch (number % 10) {
              case 1 -> "st";
              case 2 -> "nd";
              case 3 -> "rd";
              default -> "th";
            };
    return number + suffix;
  }

  static String count(long number, String one, String more) {
    return number + " " + (number == 1 ? one : more);
  }

  /** Rows with aligned columns, each behind an indent; trailing blanks are cut. */
  static String table(String indent, List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (var row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder(indent);
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** Text in lines of at most so many characters, broken at blanks. */
  static String wrap(String indent, String text, int width) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder(indent);
    for (String word : Arrays.asList(text.split(" "))) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
      }
      line.append(line.length() > indent.length() ? " " : "").append(word);
    }
    lines.add(line.toString());
    return String.join("\n", lines) + "\n";
  }
}
