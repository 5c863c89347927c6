package dev.ballast.cli;

import dev.ballast.kube.PodFeed;
import dev.ballast.metrics.Metrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of texts of pods that cannot be read: each is counted, and of each namespace and kind of
 * text one is logged, as the pods of a Deployment repeat it.
 */
final class UnreadablePodLog implements PodFeed.Unreadable {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadablePodLog.class);

  private static final int MAX_TOLD = 1_000;

  private record Told(String namespace, String what) {}

  private final Metrics metrics;
  private final Set<Told> told = ConcurrentHashMap.newKeySet();

  UnreadablePodLog(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void found(String pod, String what, String text, String why) {
    metrics.unreadablePods.labelValues(what).inc();
    String namespace = pod.substring(0, Math.max(0, pod.indexOf('/')));
    if (told.size() < MAX_TOLD && told.add(new Told(namespace, what))) {
      LOG.warn(
          "Pod {} has {}=\"{}\", {}. It counts as if that were not there. Further ones of this"
              + " namespace are only counted.",
          pod,
          what,
          UnreadableLog.printable(text),
          why);
    }
  }
}
