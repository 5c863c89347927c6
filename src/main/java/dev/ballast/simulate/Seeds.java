package dev.ballast.simulate;

import java.util.Random;

/**
 * Independent random streams from one seed, so that a change in how much one of them draws leaves
 * the others as they were.
 */
final class Seeds {
  private Seeds() {}

  /** The stream for one purpose. */
  static Random stream(long seed, String purpose) {
    return new Random(mix(seed * 31 + purpose.hashCode()));
  }

  /** A number in [-1, 1) that depends on nothing but its arguments. */
  static double noise(long seed, long index) {
    return (mix(seed ^ mix(index)) >> 11) * 0x1p-52;
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable PRNGs, OOPSLA 2014). */
  private static long mix(long z) {
    long x = z + 0x9e3779b97f4a7c15L;
    x = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
