package dev.ballast.kube;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodOverrides;
import dev.ballast.topology.PodTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The part of a Pod that Ballast decodes; the rest, most of it, is passed over. Texts are empty and
 * times {@link PodFacts#NEVER} where nothing is given. Confined to one thread.
 */
final class PodView {
  private static final Set<String> ANNOTATIONS =
      Set.of(
          PodOverrides.ESTIMATED_CPU,
          PodOverrides.ESTIMATED_MEMORY,
          PodOverrides.WARM_UP,
          PodTopology.AWARENESS,
          PodTopology.CPU_POLICY,
          PodTopology.RESULT,
          PodTopology.EXCLUDE_RESERVED);

  Meta metadata = new Meta();
  final Spec spec = new Spec();
  final Status status = new Status();

  /** spec. */
  static final class Spec {
    String nodeName = "";
    String schedulerName = "";
    final List<Container> containers = new ArrayList<>(1);
    final List<Container> initContainers = new ArrayList<>(0);
    final Resources resources = new Resources();
    final Amount overhead = new Amount();

    private void read(ProtoReader in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 2 -> containers.add(Container.read(in.message()));
          case 10 -> nodeName = in.text();
          case 19 -> schedulerName = in.text();
          case 20 -> initContainers.add(Container.read(in.message()));
          case 32 -> overhead.add(in.message());
          case 40 -> resources.read(in.message());
          default -> {}
        }
      }
    }
  }

  /** An item of spec.containers or spec.initContainers. */
  static final class Container {
    String restartPolicy = "";
    final Resources resources = new Resources();

    private static Container read(ProtoReader in) {
      var container = new Container();
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 8 -> container.resources.read(in.message());
          case 24 -> container.restartPolicy = in.text();
          default -> {}
        }
      }
      return container;
    }
  }

  /** Resources of a container or of the whole pod. */
  static final class Resources {
    final Amount requests = new Amount();
    final Amount limits = new Amount();

    private void read(ProtoReader in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> limits.add(in.message());
          case 2 -> requests.add(in.message());
          default -> {}
        }
      }
    }
  }

  /** status. */
  static final class Status {
    String phase = "";
    String nominatedNodeName = "";
    long startMillis = PodFacts.NEVER;
    final List<Condition> conditions = new ArrayList<>(1);
    final List<ContainerStatus> containerStatuses = new ArrayList<>(1);

    private void read(ProtoReader in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> phase = in.text();
          case 2 -> conditions.add(Condition.read(in.message()));
          case 7 -> startMillis = Wire.millis(in.message());
          case 8 -> containerStatuses.add(ContainerStatus.read(in.message()));
          case 11 -> nominatedNodeName = in.text();
          default -> {}
        }
      }
    }
  }

  /** An item of status.conditions. */
  static final class Condition {
    String type = "";
    String status = "";
    String reason = "";
    String message = "";
    long lastTransitionMillis = PodFacts.NEVER;

    private static Condition read(ProtoReader in) {
      var condition = new Condition();
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> condition.type = in.text();
          case 2 -> condition.status = in.text();
          case 4 -> condition.lastTransitionMillis = Wire.millis(in.message());
          case 5 -> condition.reason = in.text();
          case 6 -> condition.message = in.text();
          default -> {}
        }
      }
      return condition;
    }
  }

  /**
   * An item of status.containerStatuses. A start is {@link PodFacts#NOT_YET} of a container that
   * was never started.
   */
  static final class ContainerStatus {
    long restartCount;

    /** When what runs, or has ended and was not started again, was started. */
    long startMillis = PodFacts.NOT_YET;

    /** When what ran before it was started. */
    long lastStartMillis = PodFacts.NOT_YET;

    private static ContainerStatus read(ProtoReader in) {
      var status = new ContainerStatus();
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 2 -> status.startMillis = start(in.message());
          case 3 -> status.lastStartMillis = start(in.message());
          case 5 -> status.restartCount = in.varint();
          default -> {}
        }
      }
      return status;
    }

    /** The start in a ContainerState, running or terminated. */
    private static long start(ProtoReader state) {
      for (int field = state.next(); field != 0; field = state.next()) {
        switch (field) {
          case 2 -> {
            return startedAt(state.message(), 1);
          }
          case 3 -> {
            return startedAt(state.message(), 5);
          }
          default -> {}
        }
      }
      return PodFacts.NOT_YET;
    }

    private static long startedAt(ProtoReader state, int number) {
      for (int field = state.next(); field != 0; field = state.next()) {
        if (field == number) {
          return Wire.millis(state.message());
        }
      }
      return PodFacts.NEVER;
    }
  }

  /** Reads a Pod. */
  static PodView read(ProtoReader in) {
    var pod = new PodView();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> pod.metadata = Meta.read(in.message(), label -> false, ANNOTATIONS::contains);
        case 2 -> pod.spec.read(in.message());
        case 3 -> pod.status.read(in.message());
        default -> {}
      }
    }
    return pod;
  }
}
