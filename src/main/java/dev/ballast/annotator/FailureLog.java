package dev.ballast.annotator;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that something begins to fail and once that it works again. For one thread. */
final class FailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);

  private final Set<String> failing = new HashSet<>();

  /** Something failed; the text says why and what to do. */
  void failed(String what, String why) {
    if (failing.add(what)) {
      LOG.warn("{} fails: {}", what, why);
    }
  }

  /** Something worked. */
  void worked(String what) {
    if (failing.remove(what)) {
      LOG.info("{} works again", what);
    }
  }
}
