package dev.ballast.extender;

import dev.ballast.extender.wire.BindRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.http.Handler;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.inflight.PodFacts;
import dev.ballast.metrics.Metrics;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZoneLedger.Assumption;
import dev.ballast.topology.ZoneShare;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bind verb: binds a pod to the node that kube-scheduler has chosen, and writes its topology
 * result in the same write. Its zones are chosen under the ledger's lock, so two pods never get the
 * same CPUs; they are assumed to be its own until the pod is seen there or the API server has said
 * no. A call waits for the API server. Safe for use by many threads.
 */
public final class BindService {
  private static final Logger LOG = LoggerFactory.getLogger(BindService.class);
  private static final String JSON = "application/json";

  /** The writes of bindings. */
  @FunctionalInterface
  public interface Binder {
    /**
     * Binds a pod; returns when the API server has answered, or will not.
     *
     * @param result what it has been given of zones; empty when nobody waits for it
     */
    Bound bind(BindRequest pod, List<ZoneShare> result);
  }

  /** What came of a binding. */
  public sealed interface Bound {
    /** It was written. */
    record Done() implements Bound {}

    /** It was not written, and will not be. */
    record Refused(String why) implements Bound {}

    /** It may have been written, or be written yet. */
    record Unknown(String why) implements Bound {}
  }

  /** Reads pods that are not known yet. */
  @FunctionalInterface
  public interface PodReader {
    /**
     * A pod; empty when there is none of that name.
     *
     * @throws IOException when nobody says
     */
    Optional<PodFacts> read(String namespace, String name) throws IOException;
  }

  /**
   * What a service works with.
   *
   * @param enabled whether zones are handed out
   * @param synced whether all pods and topologies have been listed
   * @param known the pods that are known, by UID
   * @param pending told of each bind call
   */
  public record Parts(
      ZoneLedger ledger,
      boolean enabled,
      BooleanSupplier synced,
      Function<String, Optional<PodFacts>> known,
      PodReader reader,
      Binder binder,
      PendingBinds pending,
      LongSupplier clockMillis,
      Metrics metrics) {}

  /**
   * How often it looks whether all is listed, before a call fails: for two seconds of the five that
   * kube-scheduler waits, as the API server, too, takes its time.
   */
  static final int MOST_LOOKS = 100;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final Parts parts;
  private final Duration betweenLooks;

  public BindService(Parts parts) {
    this(parts, BETWEEN_LOOKS);
  }

  BindService(Parts parts, Duration betweenLooks) {
    this.parts = parts;
    this.betweenLooks = betweenLooks;
  }

  /**
   * The route of the verb.
   *
   * @param prefix the path before the verb
   */
  public Map<String, Map<String, Handler>> routes(String prefix) {
    return Map.of(prefix + "/bind", Map.of("POST", this::bind));
  }

  /** Answers a bind call. */
  public Response bind(Request request) {
    BindRequest pod;
    try {
      pod = BindRequest.decode(request.body(), request.length());
    } catch (MalformedRequestException e) {
      parts.metrics().extenderBadRequests.labelValues("malformed").inc();
      LOG.warn("A request to bind cannot be read: {}", e.getMessage());
      return Response.empty(400);
    }
    return Response.ok(JSON, BindRequest.answer(bind(pod)));
  }

  /** Binds a pod; what went wrong, or an empty text. */
  private String bind(BindRequest pod) {
    try {
      var topology = parts.enabled() ? topology(pod) : PodTopology.NONE;
      boolean tried = parts.ledger().isAssumed(pod.uid(), pod.node());
      var assumption = topology.asks() ? assume(pod, topology) : new Assumption.Unneeded();
      parts.pending().remove(pod.uid());
      if (assumption instanceof Assumption.Refused refused) {
        count("refused");
        return told(pod, refused.reason());
      }
      return write(pod, assumption, tried);
    } catch (IOException e) {
      count("failed");
      return told(pod, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) { // a defect of ours: as a failed write
      LOG.error("Pod {}/{} could not be bound", pod.namespace(), pod.name(), e);
      count("failed");
      return "Ballast failed: " + e;
    } finally {
      parts.pending().remove(pod.uid());
    }
  }

  private PodTopology topology(BindRequest pod) throws IOException {
    var known = parts.known().apply(pod.uid());
    if (known.isEmpty()) {
      known =
          parts.reader().read(pod.namespace(), pod.name()).filter(p -> p.uid().equals(pod.uid()));
    }
    return known
        .map(PodFacts::topology)
        .orElseThrow(() -> new IOException("there is no such pod with UID " + pod.uid()));
  }

  private Assumption assume(BindRequest pod, PodTopology topology) throws IOException {
    if (!awaitSynced()) {
      throw new IOException(
          "not all pods and topologies are listed yet, so the zones of the node are not known");
    }
    var asking = new ZoneLedger.Pod(pod.uid(), pod.namespace(), pod.name(), topology);
    return parts.ledger().assume(asking, pod.node(), parts.clockMillis().getAsLong());
  }

  /**
   * Waits a moment for the lists of a process that has just started: what fails here may be bound
   * by kube-scheduler itself, without a result.
   */
  private boolean awaitSynced() {
    for (int looks = 1; !parts.synced().getAsBoolean(); looks++) {
      if (looks == MOST_LOOKS) {
        return false;
      }
      try {
        Thread.sleep(betweenLooks.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /**
   * Writes a binding.
   *
   * @param tried whether one was written before whose outcome is not known: if this one is refused,
   *     that may be because the first was done
   */
  private String write(BindRequest pod, Assumption assumption, boolean tried) {
    List<ZoneShare> result =
        assumption instanceof Assumption.Chosen chosen && chosen.needsResult()
            ? chosen.shares()
            : List.of();
    var bound = parts.binder().bind(pod, result);
    if (bound instanceof Bound.Done) {
      count("bound");
      return "";
    }
    if (bound instanceof Bound.Refused refused) {
      if (!tried) {
        parts.ledger().forget(pod.uid(), pod.node(), parts.clockMillis().getAsLong());
      }
      count("failed");
      return told(pod, refused.why());
    }
    count("unknown");
    return told(pod, bound instanceof Bound.Unknown unknown ? unknown.why() : "");
  }

  private String told(BindRequest pod, String why) {
    LOG.warn("Pod {}/{} is not bound to {}: {}", pod.namespace(), pod.name(), pod.node(), why);
    return why.isEmpty() ? "no reason given" : why;
  }

  private void count(String outcome) {
    parts.metrics().bindings.labelValues(outcome).inc();
  }
}
