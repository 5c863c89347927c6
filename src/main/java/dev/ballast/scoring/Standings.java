package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How nodes stand, remembered by their number, as between two calls little changes. What is
 * remembered names what it is for and is looked at before it is used; it is written without a lock,
 * so the worst that a race can do is that something is computed again. Safe for use by many
 * threads.
 */
final class Standings {
  private static final Standing[] NONE = {};

  private final EffectiveLoad loads;
  private @Nullable Standing[] known = NONE;

  Standings(EffectiveLoad loads) {
    this.loads = loads;
  }

  /** How the candidates of a round stand; null where one is not known. */
  @Nullable Standing[] of(Round round) {
    @Nullable Standing[] all = new Standing[round.size()];
    for (int i = 0; i < all.length; i++) {
      @Nullable NodeLoad load = round.loads()[i];
      if (load != null) {
        all[i] = of(load, round.charges()[i], round.nowMillis());
      }
    }
    return all;
  }

  private Standing of(NodeLoad load, Charge charge, long nowMillis) {
    int number = load.number();
    @Nullable Standing[] remembered = known;
    @Nullable Standing last =
        number != NodeNames.NONE && number < remembered.length ? remembered[number] : null;
    if (last != null && last.holds(load, charge, nowMillis)) {
      return last;
    }
    var now = loads.standing(load, charge, nowMillis);
    if (number != NodeNames.NONE) {
      remember(number, now);
    }
    return now;
  }

  private void remember(int number, Standing standing) {
    @Nullable Standing[] remembered = known;
    if (number >= remembered.length) {
      remembered = Arrays.copyOf(remembered, Math.max(64, 2 * number));
      known = remembered;
    }
    remembered[number] = standing;
  }
}
