package dev.ballast.cli;

import dev.ballast.cli.doctor.Printable;
import dev.ballast.load.LoadStore;
import dev.ballast.metrics.Metrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of annotations that are no readings: each is counted, and each node logged once. */
final class UnreadableLog implements LoadStore.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadableLog.class);

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
          Printable.start(text));
    }
  }
}
