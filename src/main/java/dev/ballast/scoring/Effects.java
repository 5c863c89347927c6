package dev.ballast.scoring;

import dev.ballast.load.NodeLoad;
import dev.ballast.load.ReadingState;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.StateEffect;
import dev.ballast.policy.StateEffect.OnScore;
import java.util.stream.Stream;

/**
 * What a reading does that is not fresh. A node that is known to give no load is never refused or
 * marked down for it.
 */
record Effects(DataPolicy data) {
  StateEffect of(NodeLoad load, int metric, long nowMillis) {
    return load.facts().noLoadData() ? StateEffect.DEFAULT : of(load.state(metric, nowMillis));
  }

  /** Whether what counts in the place of a node's reading depends on the other candidates. */
  boolean dependOnOthers() {
    return Stream.of(data.stale(), data.missing(), data.implausible())
        .anyMatch(effect -> effect.score() == OnScore.MEDIAN);
  }

  private StateEffect of(ReadingState state) {
    return switch (state) {
      case STALE -> data.stale();
      case MISSING -> data.missing();
      case IMPLAUSIBLE -> data.implausible();
      case FRESH -> StateEffect.DEFAULT;
    };
  }
}
