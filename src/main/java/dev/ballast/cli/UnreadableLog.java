package dev.ballast.cli;

import dev.ballast.load.LoadStore;
import dev.ballast.metrics.Metrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of annotations that are no readings: each is counted, and each node logged once. */
final class UnreadableLog implements LoadStore.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadableLog.class);
  private static final int MAX_CHARS = 80;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\u2028\\u2029]");

  private final Metrics metrics;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  UnreadableLog(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void unreadable(String node, String key, String text) {
    metrics.unreadableAnnotations.labelValues(key).inc();
    if (told.add(node)) {
      LOG.warn(
          "Node {} has annotation {}=\"{}\", which is no reading; it counts as missing. A reading looks"
              + " like \"0.41283,2026-11-22T12:00:00Z\". Further ones of this node are only counted.",
          node,
          key,
          printable(text));
    }
  }

  /**
   * The start of a text on one line: whoever may annotate a node must not be able to write lines of
   * the log or to steer the terminal that shows it.
   */
  static String printable(String text) {
    boolean all = text.codePointCount(0, text.length()) <= MAX_CHARS;
    String start = all ? text : text.substring(0, text.offsetByCodePoints(0, MAX_CHARS)) + "...";
    return UNPRINTABLE.matcher(start).replaceAll("?");
  }
}
