package dev.ballast.annotator;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Writes annotations on nodes. Implementations are safe for use by many threads and do not block.
 */
public interface NodePatcher {
  /**
   * Merges annotations into a node with one request: no read before it, no resource version.
   *
   * @param node the node's name
   * @param annotations new texts by key; an empty value removes the key
   * @return completes normally whatever the outcome
   */
  CompletionStage<Patched> patch(String node, Map<String, Optional<String>> annotations);

  /**
   * What became of a patch.
   *
   * @param bytes size of the request's body
   * @param detail for {@code FAILED}: what went wrong
   */
  record Patched(Outcome outcome, int bytes, String detail) {}

  /** Outcomes; all but {@code FAILED} are normal. */
  enum Outcome {
    WRITTEN,
    /** The node is gone (404). */
    GONE,
    /** Somebody wrote at the same moment (409). */
    CONFLICT,
    FAILED
  }
}
