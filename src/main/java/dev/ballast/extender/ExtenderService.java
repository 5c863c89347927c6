package dev.ballast.extender;

import dev.ballast.extender.wire.Answer;
import dev.ballast.extender.wire.Candidates;
import dev.ballast.extender.wire.Candidates.Form;
import dev.ballast.extender.wire.ExtenderAnswers;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.NodeLoad;
import dev.ballast.metrics.Metrics;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Verdict;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two verbs of the extender. A call reads one snapshot, does no I/O and takes no lock. It fails
 * open: where Ballast cannot or may not judge, filter gives the candidates back as they came and
 * prioritize gives no scores. Safe for use by many threads.
 */
public final class ExtenderService {
  private static final Logger LOG = LoggerFactory.getLogger(ExtenderService.class);
  private static final String JSON = "application/json";

  /**
   * What a nominated node may be over its limit, a fraction of capacity: pods have been evicted
   * there for the pod that now comes, so a refusal would have cost them for nothing.
   */
  static final double NOMINATED_MARGIN = 0.10;

  /**
   * What a service works with.
   *
   * @param schedulerNames pods with another {@code spec.schedulerName} are not ours
   * @param policy judges nodes
   * @param snapshot the newest load
   * @param synced whether nodes have been listed
   * @param clockMillis wall clock, milliseconds since the epoch
   * @param nanoClock monotonic clock in nanoseconds, the one that stamps {@link Request}s
   * @param deadline time after which a call is answered as if Ballast were not there
   * @param metrics where calls are counted
   * @param charges the pods in flight of a node
   * @param neutral whether too much data is lost to judge
   * @param sink told of each decision
   */
  public record Parts(
      Set<String> schedulerNames,
      LoadPolicy policy,
      Supplier<LoadSnapshot> snapshot,
      BooleanSupplier synced,
      LongSupplier clockMillis,
      LongSupplier nanoClock,
      Duration deadline,
      Metrics metrics,
      Function<String, Charge> charges,
      BooleanSupplier neutral,
      DecisionSink sink) {}

  private final Parts parts;
  private final long deadlineNanos;
  private final VerbMetrics filterMetrics;
  private final VerbMetrics prioritizeMetrics;
  private final AtomicBoolean toldOfWholeNodes = new AtomicBoolean();
  private final AtomicBoolean toldOfMalformed = new AtomicBoolean();

  public ExtenderService(Parts parts) {
    this.parts = parts;
    deadlineNanos = parts.deadline().toNanos();
    filterMetrics = new VerbMetrics(parts.metrics(), "filter");
    prioritizeMetrics = new VerbMetrics(parts.metrics(), "prioritize");
  }

  /** Answers a filter call. */
  public Response filter(Request request) {
    return answer(
        request, Decision.Verb.FILTER, filterMetrics, ExtenderAnswers::echo, this::filtered);
  }

  /** Answers a prioritize call. */
  public Response prioritize(Request request) {
    return answer(
        request,
        Decision.Verb.PRIORITIZE,
        prioritizeMetrics,
        candidates -> ExtenderAnswers.noScores(),
        this::prioritized);
  }

  private interface Neutral {
    Answer of(Candidates candidates);
  }

  private interface Judged {
    Answer of(ExtenderRequest request, Request raw);
  }

  private Response answer(
      Request request, Decision.Verb verb, VerbMetrics metrics, Neutral neutral, Judged judged) {
    ExtenderRequest decoded;
    try {
      decoded = ExtenderRequest.decode(request.body(), request.length());
    } catch (MalformedRequestException e) {
      return malformed(e, request);
    }
    var candidates = decoded.candidates();
    metrics.candidates.observe(candidates.count());
    noticeWholeNodes(candidates);
    Answer answer;
    try {
      answer = judgedOrNeutral(request, verb, decoded, metrics, neutral, judged);
    } catch (RuntimeException e) { // a defect of ours must not cost the cluster its scheduling
      metrics.failed.inc();
      notJudged(request, verb, decoded, "internal_error");
      LOG.error("A call could not be judged; it is answered as if Ballast were not there", e);
      answer = neutral.of(candidates);
    }
    metrics.seconds.observe((parts.nanoClock().getAsLong() - request.arrivedNanos()) / 1e9);
    return new Response(200, JSON, answer.bytes(), answer.length());
  }

  private Answer judgedOrNeutral(
      Request request,
      Decision.Verb verb,
      ExtenderRequest decoded,
      VerbMetrics metrics,
      Neutral neutral,
      Judged judged) {
    if (!parts.schedulerNames().contains(decoded.pod().schedulerName())) {
      metrics.notOurs.inc();
      notJudged(request, verb, decoded, "other_scheduler");
    } else if (decoded.pod().daemonSet()) {
      metrics.daemonSet.inc(); // its node is chosen already
      notJudged(request, verb, decoded, "daemon_set");
    } else if (!parts.synced().getAsBoolean()) {
      metrics.notSynced.inc();
      notJudged(request, verb, decoded, "not_synced");
    } else if (parts.neutral().getAsBoolean()) {
      metrics.neutral.inc();
      notJudged(request, verb, decoded, "breaker_open");
    } else {
      var answer = late(request) ? null : judged.of(decoded, request);
      if (answer != null && !late(request)) {
        metrics.judged.inc();
        return answer;
      }
      metrics.late.inc();
      notJudged(request, verb, decoded, "deadline");
    }
    return neutral.of(decoded.candidates());
  }

  private boolean late(Request request) {
    return parts.nanoClock().getAsLong() - request.arrivedNanos() > deadlineNanos;
  }

  private void notJudged(
      Request request, Decision.Verb verb, ExtenderRequest decoded, String outcome) {
    parts
        .sink()
        .accept(
            Decision.notJudged(
                call(request, verb, decoded, 0, outcome), decoded.candidates().count()));
  }

  private Decision.Call call(
      Request request, Decision.Verb verb, ExtenderRequest decoded, long version, String outcome) {
    var pod = decoded.pod();
    return new Decision.Call(
        verb,
        pod.uid(),
        pod.namespace(),
        pod.name(),
        parts.clockMillis().getAsLong(),
        parts.nanoClock().getAsLong() - request.arrivedNanos(),
        version,
        outcome,
        "");
  }

  private Answer filtered(ExtenderRequest request, Request raw) {
    var snapshot = parts.snapshot().get();
    long now = parts.clockMillis().getAsLong();
    var candidates = request.candidates();
    double margin = isNominated(request.pod(), candidates) ? NOMINATED_MARGIN : 0;
    String[] reasons = new String[candidates.count()];
    String[] names = new String[reasons.length];
    @Nullable NodeLoad[] loads = new @Nullable NodeLoad[reasons.length];
    var charges = new Charge[reasons.length];
    var verdicts = new Verdict[reasons.length];
    for (int i = 0; i < reasons.length; i++) {
      names[i] = candidates.name(i);
      loads[i] = snapshot.find(names[i]);
      charges[i] = parts.charges().apply(names[i]);
      var verdict = parts.policy().judge(loads[i], now, margin);
      verdicts[i] = verdict;
      if (verdict instanceof Verdict.Refused refused) {
        reasons[i] = refused.reason();
        parts.metrics().extenderRefusedNodes.labelValues(refused.metric()).inc();
      } else {
        reasons[i] = "";
      }
    }
    var call = call(raw, Decision.Verb.FILTER, request, snapshot.version(), "judged");
    parts.sink().accept(Decision.filtered(call, Demand.NONE, names, loads, charges, verdicts));
    return ExtenderAnswers.filtered(candidates, i -> reasons[i]);
  }

  private static boolean isNominated(ExtenderPod pod, Candidates candidates) {
    return candidates.count() == 1
        && !pod.nominatedNodeName().isEmpty()
        && candidates.name(0).equals(pod.nominatedNodeName());
  }

  private Answer prioritized(ExtenderRequest request, Request raw) {
    var snapshot = parts.snapshot().get();
    long now = parts.clockMillis().getAsLong();
    var candidates = request.candidates();
    int[] scores = new int[candidates.count()];
    String[] names = new String[scores.length];
    @Nullable NodeLoad[] loads = new @Nullable NodeLoad[scores.length];
    var charges = new Charge[scores.length];
    for (int i = 0; i < scores.length; i++) {
      names[i] = candidates.name(i);
      loads[i] = snapshot.find(names[i]);
      charges[i] = parts.charges().apply(names[i]);
      scores[i] = parts.policy().score(loads[i], now);
    }
    boolean any = LoadPolicy.fillWithMedian(scores);
    var call = call(raw, Decision.Verb.PRIORITIZE, request, snapshot.version(), "judged");
    int[] sent = java.util.Arrays.stream(scores).map(s -> any ? extenderScore(s) : 0).toArray();
    parts.sink().accept(Decision.ranked(call, Demand.NONE, names, loads, charges, scores, sent));
    return any
        ? ExtenderAnswers.scored(candidates, i -> extenderScore(scores[i]))
        : ExtenderAnswers.noScores();
  }

  /** The score 0..100 as the protocol's 0..10, rounded to the nearest. */
  static int extenderScore(int score) {
    return (score + 5) / 10;
  }

  private Response malformed(MalformedRequestException e, Request request) {
    parts.metrics().extenderBadRequests.labelValues("malformed").inc();
    if (toldOfMalformed.compareAndSet(false, true)) {
      LOG.warn(
          "A request of {} bytes is not an extender request: {}. Further ones are only counted. Maybe"
              + " something other than kube-scheduler calls this port.",
          request.length(),
          e.getMessage());
    }
    return Response.empty(400);
  }

  private void noticeWholeNodes(Candidates candidates) {
    if (candidates.form() == Form.WHOLE_NODES) {
      parts.metrics().extenderWholeNodes.inc();
      if (toldOfWholeNodes.compareAndSet(false, true)) {
        LOG.warn(
            "kube-scheduler sends whole Node objects. Set nodeCacheCapable: true for this extender in"
                + " its configuration: names are enough, and whole nodes cost 20 to 100 times as much.");
      }
    }
  }
}
