package dev.ballast.explain;

/** Told of pods that got a node or are gone. Called by one thread at a time; must not block. */
public interface Bindings {
  /**
   * A pod is bound. May be told again.
   *
   * @param uid metadata.uid
   * @param namespace metadata.namespace
   * @param name metadata.name
   * @param node the node that it is bound to
   * @param atMillis when it was bound, or when that was seen; milliseconds since the epoch
   */
  void bound(String uid, String namespace, String name, String node, long atMillis);

  /** A pod exists no more. */
  void removed(String uid);
}
