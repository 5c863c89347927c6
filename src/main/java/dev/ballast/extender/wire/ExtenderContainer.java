package dev.ballast.extender.wire;

/**
 * What Ballast reads of a container of the pod in a request.
 *
 * @param kind when it runs
 * @param requests resources.requests
 * @param limits resources.limits
 */
public record ExtenderContainer(Kind kind, Quantities requests, Quantities limits) {
  boolean isAs(ExtenderContainer other) {
    return kind == other.kind && requests.isAs(other.requests) && limits.isAs(other.limits);
  }

  /** When a container runs. */
  public enum Kind {
    CONTAINER,
    /** An init container with restartPolicy Always. */
    SIDECAR,
    /** Another init container. */
    INIT
  }
}
