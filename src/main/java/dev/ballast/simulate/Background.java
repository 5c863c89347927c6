package dev.ballast.simulate;

import dev.ballast.load.Resource;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The load that nodes carry whatever a scheduler does: a function of node and time alone, so both
 * sides of a comparison have the same. Immutable.
 *
 * <p>Fractions of capacity. Every node has a base, a slow wave of some hours (a day, sped up), a
 * quick one of under an hour, and noise. On three nodes of ten a noisy neighbour uses a good part
 * of the CPU and requests next to nothing: half of them always, half in episodes. Requests are
 * drawn apart from use, so they say little about it.
 */
final class Background {
  private static final double NOISY_SHARE = 0.3;
  private static final double TWO_PI = 2 * Math.PI;
  private static final double MINUTE = 60_000;

  private record Wave(double amplitude, double periodMinutes, double phase) {
    double at(double minutes) {
      return amplitude * StrictMath.sin(TWO_PI * minutes / periodMinutes + phase);
    }

    static Wave of(Random random, double low, double high, double shortest, double longest) {
      return new Wave(
          between(random, low, high),
          between(random, shortest, longest),
          between(random, 0, TWO_PI));
    }
  }

  /** A neighbour that is busy for {@code busyShare} of each period, with five minutes of ramp. */
  private record Neighbour(double strength, double periodMinutes, double busyShare, double start) {
    private static final double RAMP_MINUTES = 5;
    static final Neighbour NONE = new Neighbour(0, 1, 1, 0);

    double at(double minutes) {
      if (busyShare >= 1) {
        return strength;
      }
      double position =
          Math.floorMod((long) ((minutes + start) * MINUTE), (long) (periodMinutes * MINUTE))
              / MINUTE;
      double left = busyShare * periodMinutes - position;
      return strength * Math.max(0, Math.min(1, Math.min(position, left) / RAMP_MINUTES));
    }
  }

  private record Profile(
      long noiseSeed,
      double cpuRequested,
      double memoryRequested,
      double cpuBase,
      double memoryBase,
      Wave slow,
      Wave quick,
      Wave memory,
      Neighbour neighbour) {}

  private static final double NOISE = 0.02;

  private final List<Profile> profiles;

  Background(long seed, int nodes) {
    var random = Seeds.stream(seed, "background");
    var order = IntStream.range(0, nodes).boxed().collect(Collectors.toList());
    Collections.shuffle(order, random);
    int noisy = (int) Math.round(NOISY_SHARE * nodes);
    profiles =
        IntStream.range(0, nodes)
            .mapToObj(i -> profile(random, neighbour(random, order.indexOf(i), noisy)))
            .toList();
  }

  private static Neighbour neighbour(Random random, int rank, int noisy) {
    if (rank >= noisy) {
      return Neighbour.NONE;
    }
    double strength = between(random, 0.30, 0.40);
    return rank % 2 == 0
        ? new Neighbour(strength, 1, 1, 0)
        : new Neighbour(
            strength,
            between(random, 120, 300),
            between(random, 0.35, 0.6),
            between(random, 0, 300));
  }

  private static Profile profile(Random random, Neighbour neighbour) {
    return new Profile(
        random.nextLong(),
        between(random, 0.30, 0.50),
        between(random, 0.30, 0.50),
        between(random, 0.12, 0.24),
        between(random, 0.28, 0.46),
        Wave.of(random, 0.02, 0.06, 240, 540),
        Wave.of(random, 0.01, 0.03, 25, 60),
        Wave.of(random, 0.01, 0.05, 240, 540),
        neighbour);
  }

  /** The fraction of a node's capacity that the background uses. */
  double load(int node, Resource resource, long epochMillis) {
    var p = profiles.get(node);
    double minutes = epochMillis / MINUTE;
    double load =
        resource == Resource.MEMORY
            ? p.memoryBase() + p.memory().at(minutes)
            : p.cpuBase()
                + p.slow().at(minutes)
                + p.quick().at(minutes)
                + p.neighbour().at(minutes)
                + NOISE * noise(p.noiseSeed(), minutes);
    return Math.max(0.01, Math.min(1, load));
  }

  /** The fraction of a node's capacity that the background has requested. */
  double requested(int node, Resource resource) {
    var p = profiles.get(node);
    return resource == Resource.MEMORY ? p.memoryRequested() : p.cpuRequested();
  }

  /** Straight lines between a random number for each minute. */
  private static double noise(long seed, double minutes) {
    long minute = (long) minutes;
    double part = minutes - minute;
    return (1 - part) * Seeds.noise(seed, minute) + part * Seeds.noise(seed, minute + 1);
  }

  private static double between(Random random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }
}
