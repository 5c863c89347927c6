package dev.ballast.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the demo draws: colours or none, block characters or ASCII. Immutable.
 *
 * @param colour whether escape sequences are used
 * @param blocks whether the output can show block characters
 */
record DemoPaint(boolean colour, boolean blocks) {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final String ASCII = "_.-:=+*#";
  private static final double WARM = 0.50;

  /** Which block characters the demo needs. */
  static final String NEEDED = BLOCKS + "░";

  String bold(String text) {
    return styled("1", text);
  }

  String dim(String text) {
    return styled("2", text);
  }

  String good(String text) {
    return styled("32", text);
  }

  String bad(String text) {
    return styled("31;1", text);
  }

  /** A text in the colour of a load: red when hot, yellow when warm, else green. */
  String load(double load, double hot, String text) {
    return styled(load > hot ? "31;1" : load > WARM ? "33" : "32", text);
  }

  private String styled(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** One mark a node, its height the load; where nodes are more than marks, the hottest of some. */
  String strip(List<Double> loads, double hot, int marks) {
    int shown = Math.min(marks, loads.size());
    return IntStream.range(0, shown)
        .mapToObj(i -> loads.subList(i * loads.size() / shown, (i + 1) * loads.size() / shown))
        .map(some -> some.stream().mapToDouble(Double::doubleValue).max().orElse(0))
        .map(load -> load(load, hot, String.valueOf(mark(load))))
        .collect(Collectors.joining());
  }

  private char mark(double load) {
    var marks = blocks ? BLOCKS : ASCII;
    return marks.charAt((int) Math.min(marks.length() - 1, load * marks.length()));
  }

  /** A bar that is filled to a share, 0..1. */
  String bar(double share, int width) {
    int full = (int) Math.round(Math.min(1, share) * width);
    return (blocks ? "█" : "#").repeat(full) + dim((blocks ? "░" : ".").repeat(width - full));
  }

  /** A fraction as whole percents. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.0f %%", fraction * 100);
  }
}
