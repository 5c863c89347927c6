package dev.ballast.inflight;

/**
 * What a whole pod requests and may use. Immutable.
 *
 * <p>Counted as kube-scheduler counts (component-helpers, {@code resource/helpers.go}): containers
 * and restartable init containers (sidecars) are summed, each other init container runs alone
 * beside the sidecars declared before it, the larger of both counts, what {@code spec.resources}
 * gives for the whole pod replaces it, and the overhead is added. We differ in the limit: it is 0
 * unless every container and sidecar has one, as a pod with one unlimited container is not limited.
 *
 * @param cpuRequest cores; 0 without a request
 * @param memoryRequest bytes; 0 without a request
 * @param cpuLimit cores; 0 without a limit that holds for the whole pod
 * @param memoryLimit bytes; 0 without a limit that holds for the whole pod
 * @param overrides what its annotations say
 */
public record PodResources(
    double cpuRequest,
    double memoryRequest,
    double cpuLimit,
    double memoryLimit,
    PodOverrides overrides) {
  /** Of a pod that gives nothing. */
  public static final PodResources NONE = new PodResources(0, 0, 0, 0, PodOverrides.NONE);

  /** A builder without containers. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the containers of one pod, init containers in their order. Confined to one thread. */
  public static final class Builder {
    private Amounts requests = Amounts.NONE;
    private Amounts limits = Amounts.NONE;
    private Amounts sidecarRequests = Amounts.NONE;
    private Amounts sidecarLimits = Amounts.NONE;
    private Amounts initRequests = Amounts.NONE;
    private Amounts initLimits = Amounts.NONE;
    private boolean cpuLimited = true;
    private boolean memoryLimited = true;
    private Amounts podRequests = Amounts.NONE;
    private Amounts podLimits = Amounts.NONE;
    private Amounts overhead = Amounts.NONE;
    private PodOverrides overrides = PodOverrides.NONE;

    private Builder() {}

    /** Adds a container. */
    public Builder container(Amounts requests, Amounts limits) {
      this.requests = this.requests.plus(requests);
      this.limits = this.limits.plus(limits);
      limited(limits);
      return this;
    }

    /** Adds a restartable init container. */
    public Builder sidecar(Amounts requests, Amounts limits) {
      sidecarRequests = sidecarRequests.plus(requests);
      sidecarLimits = sidecarLimits.plus(limits);
      limited(limits);
      return this;
    }

    /** Adds an init container that runs to its end. */
    public Builder init(Amounts requests, Amounts limits) {
      initRequests = initRequests.max(requests.plus(sidecarRequests));
      initLimits = initLimits.max(limits.plus(sidecarLimits));
      return this;
    }

    /** Sets what is given for the whole pod. */
    public Builder wholePod(Amounts requests, Amounts limits) {
      podRequests = requests;
      podLimits = limits;
      return this;
    }

    /** Sets what the pod costs besides its containers. */
    public Builder overhead(Amounts overhead) {
      this.overhead = overhead;
      return this;
    }

    /** Sets what annotations say. */
    public Builder overrides(PodOverrides overrides) {
      this.overrides = overrides;
      return this;
    }

    private void limited(Amounts limits) {
      cpuLimited &= limits.cpu() > 0;
      memoryLimited &= limits.memory() > 0;
    }

    /** The pod's sums. */
    public PodResources build() {
      var summed = requests.plus(sidecarRequests).max(initRequests);
      var request = podRequests.orElse(summed).plus(overhead);
      var most = limits.plus(sidecarLimits).max(initLimits);
      var limit =
          podLimits.orElse(
              new Amounts(cpuLimited ? most.cpu() : 0, memoryLimited ? most.memory() : 0));
      return new PodResources(
          request.cpu(),
          request.memory(),
          limit.cpu() > 0 ? limit.cpu() + overhead.cpu() : 0,
          limit.memory() > 0 ? limit.memory() + overhead.memory() : 0,
          overrides);
    }
  }
}
