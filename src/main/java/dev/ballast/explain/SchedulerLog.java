package dev.ballast.explain;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The scores that kube-scheduler logs at {@code -v=10} for one pod, of its last scheduling cycle in
 * the log. Read from klog's text lines {@code "Plugin scored node for pod"}, {@code "Extender
 * scored node for pod"} and {@code "Calculated node's final score for pod"} (kube-scheduler 1.36,
 * {@code pkg/scheduler/schedule_one.go}); plugin scores there have their weight, extender scores
 * have not.
 */
public final class SchedulerLog {
  private static final String PLUGIN = "\"Plugin scored node for pod\"";
  private static final String EXTENDER = "\"Extender scored node for pod\"";
  private static final String FINAL = "\"Calculated node's final score for pod\"";
  private static final Pattern FIELD = Pattern.compile(" ([A-Za-z]+)=(?:\"([^\"]*)\"|(\\S+))");

  private final Map<String, Map<String, Long>> plugins = new HashMap<>();
  private final Map<String, Long> extender = new HashMap<>();
  private final Map<String, Long> totals = new HashMap<>();

  private SchedulerLog() {}

  /**
   * Reads the scores of a pod.
   *
   * @param extenderUrl a part of the {@code urlPrefix} of Ballast, where the log has several
   *     extenders; empty for all of them
   */
  public static SchedulerLog read(
      Stream<String> lines, String namespace, String pod, String extenderUrl) {
    var log = new SchedulerLog();
    String wanted = namespace + "/" + pod;
    lines.forEach(
        line -> {
          if (line.contains(wanted)) {
            log.take(line, wanted, extenderUrl);
          }
        });
    return log;
  }

  private void take(String line, String wanted, String extenderUrl) {
    if (!line.contains(PLUGIN) && !line.contains(EXTENDER) && !line.contains(FINAL)) {
      return;
    }
    var fields = new HashMap<String, String>();
    Matcher field = FIELD.matcher(line);
    while (field.find()) {
      fields.put(field.group(1), field.group(2) != null ? field.group(2) : field.group(3));
    }
    String node = fields.getOrDefault("node", "");
    var score = number(fields.get("score"));
    if (!wanted.equals(fields.get("pod")) || node.isEmpty() || score.isEmpty()) {
      return;
    }
    if (line.contains(PLUGIN)) {
      if (!totals.isEmpty()) { // the pod is tried once more
        plugins.clear();
        extender.clear();
        totals.clear();
      }
      plugins
          .computeIfAbsent(node, n -> new HashMap<>())
          .put(fields.getOrDefault("plugin", "?"), score.get());
    } else if (line.contains(EXTENDER)) {
      if (fields.getOrDefault("extender", "").contains(extenderUrl)) {
        extender.put(node, score.get());
      }
    } else {
      totals.put(node, score.get());
    }
  }

  private static Optional<Long> number(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Nodes with a final score. */
  public int nodes() {
    return totals.size();
  }

  /** What plugins gave a node. */
  public Optional<InTreeScores> inTree(String node) {
    return Optional.ofNullable(plugins.get(node)).map(InTreeScores::new);
  }

  /** What the extender sent for a node, before its weight. */
  public Optional<Integer> sent(String node) {
    return Optional.ofNullable(extender.get(node)).map(Math::toIntExact);
  }

  /** The final score of a node. */
  public Optional<Long> total(String node) {
    return Optional.ofNullable(totals.get(node));
  }
}
