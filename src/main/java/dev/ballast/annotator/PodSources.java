package dev.ballast.annotator;

import dev.ballast.inflight.Demand;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * What the annotator knows of pods. Called from the annotator's thread.
 *
 * @param waiting the pods that wait for load to fall, by UID, with what each is expected to use
 * @param verdicts what the extender would say of all nodes
 * @param hotValues crane's hot values above 0 at a time, by node; empty while pods are not known
 */
public record PodSources(
    Supplier<Map<String, Demand>> waiting,
    Verdicts verdicts,
    LongFunction<Optional<Map<String, Integer>>> hotValues) {
  /** Of an annotator that looks at no pods. */
  public static final PodSources NONE =
      new PodSources(Map::of, (incoming, nowMillis) -> Set.of(), nowMillis -> Optional.empty());

  /** The policy's verdicts on all nodes. */
  public interface Verdicts {
    /**
     * The nodes on which a pod would be accepted.
     *
     * @param incoming what the pod is expected to use
     * @param nowMillis the caller's clock, milliseconds since the epoch
     */
    Set<String> accepting(Demand incoming, long nowMillis);
  }
}
