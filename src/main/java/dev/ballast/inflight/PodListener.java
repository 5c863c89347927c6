package dev.ballast.inflight;

/**
 * Told of pods as they change, one change at a time; must not block. A pod that is made anew under
 * the name of another is first a removal of the old one, as UIDs tell them apart.
 */
public interface PodListener {
  /** Hears nothing. */
  PodListener NONE =
      new PodListener() {
        @Override
        public void put(PodFacts pod) {}

        @Override
        public void remove(PodFacts last) {}
      };

  /** Takes a pod, new or changed in a way that {@link PodFacts} shows. */
  void put(PodFacts pod);

  /** Takes back a pod that exists no more. */
  void remove(PodFacts last);
}
