package dev.ballast.extender;

import dev.ballast.extender.VerbMetrics.Outcome;
import dev.ballast.extender.wire.Answer;
import dev.ballast.extender.wire.Candidates;
import dev.ballast.extender.wire.Candidates.Form;
import dev.ballast.extender.wire.ExtenderAnswers;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.LastPod;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.http.Handler;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.NodeCharges;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.NodeNames;
import dev.ballast.metrics.Metrics;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.LoadPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
   * What a service works with.
   *
   * @param schedulerNames pods with another {@code spec.schedulerName} are not ours
   * @param policy judges and ranks nodes
   * @param snapshot the newest load
   * @param synced whether nodes have been listed
   * @param clockMillis wall clock, milliseconds since the epoch
   * @param nanoClock monotonic clock in nanoseconds, the one that stamps {@link Request}s
   * @param deadline time after which a call is answered as if Ballast were not there
   * @param metrics where calls are counted
   * @param demands what a pod is expected to use
   * @param charges the pods in flight of nodes with these names
   * @param provisional the pods that were ranked first on a node
   * @param zones judges how pods fit the zones of nodes
   * @param neutral whether too much data is lost to judge
   * @param sink told of each call, judged or not
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
      Function<ExtenderPod, Demand> demands,
      Function<NodeNames, NodeCharges> charges,
      ProvisionalDemand provisional,
      ZoneJudge zones,
      BooleanSupplier neutral,
      DecisionSink sink) {}

  private final Parts parts;
  private final CallJudge judge;
  private final long deadlineNanos;
  private final VerbMetrics filterMetrics;
  private final VerbMetrics prioritizeMetrics;
  private final SecondLook secondLook;
  private final LastPod lastPod = new LastPod();
  private final AtomicBoolean toldOfWholeNodes = new AtomicBoolean();
  private final AtomicBoolean toldOfMalformed = new AtomicBoolean();

  public ExtenderService(Parts parts) {
    this.parts = parts;
    judge = new CallJudge(parts);
    deadlineNanos = parts.deadline().toNanos();
    secondLook = new SecondLook(parts.deadline());
    filterMetrics = new VerbMetrics(parts.metrics(), "filter");
    prioritizeMetrics = new VerbMetrics(parts.metrics(), "prioritize");
  }

  /**
   * The routes of the two verbs.
   *
   * @param prefix the path before the verb
   */
  public Map<String, Map<String, Handler>> routes(String prefix) {
    return Map.of(
        prefix + "/filter", Map.of("POST", new Verb(this::filter, filterMetrics)),
        prefix + "/prioritize", Map.of("POST", new Verb(this::prioritize, prioritizeMetrics)));
  }

  /** A verb whose answers are timed, but for those to what is no request of ours. */
  private record Verb(Handler handler, VerbMetrics metrics) implements Handler {
    @Override
    public Response handle(Request request) {
      return handler.handle(request);
    }

    @Override
    public void sent(Response response, long tookNanos) {
      if (response.status() == 200) {
        metrics.seconds.observe(tookNanos / 1e9);
      }
    }
  }

  /** Answers a filter call. */
  public Response filter(Request request) {
    return answer(
        request, Decision.Verb.FILTER, filterMetrics, ExtenderAnswers::echo, judge::filter);
  }

  /** Answers a prioritize call. */
  public Response prioritize(Request request) {
    return answer(
        request,
        Decision.Verb.PRIORITIZE,
        prioritizeMetrics,
        candidates -> ExtenderAnswers.noScores(),
        judge::prioritize);
  }

  private interface Neutral {
    Answer of(Candidates candidates);
  }

  private interface Judge {
    Judgement of(ExtenderRequest request, LoadSnapshot snapshot, boolean byLoad, long nowMillis);
  }

  /** A call while it is answered. */
  private record Call(
      Request request, ExtenderRequest decoded, LoadSnapshot snapshot, Decision.Verb verb) {
    ExtenderPod pod() {
      return decoded.pod();
    }

    Candidates candidates() {
      return decoded.candidates();
    }
  }

  private Response answer(
      Request request, Decision.Verb verb, VerbMetrics metrics, Neutral neutral, Judge judge) {
    return answer(new Question(request, verb, metrics, neutral, judge), false);
  }

  /** A call as it came, and how it is answered. */
  private record Question(
      Request request, Decision.Verb verb, VerbMetrics metrics, Neutral neutral, Judge judge) {}

  private Response answer(Question question, boolean again) {
    var request = question.request();
    var metrics = question.metrics();
    var snapshot = parts.snapshot().get();
    ExtenderRequest decoded;
    try {
      decoded = ExtenderRequest.decode(request.body(), request.length(), snapshot.names(), lastPod);
    } catch (MalformedRequestException e) {
      return malformed(e, request);
    }
    var call = new Call(request, decoded, snapshot, question.verb());
    if (!again) {
      metrics.candidates.observe(call.candidates().count());
      noticeWholeNodes(call.candidates());
    }
    try {
      return judgedOrNeutral(call, question, again);
    } catch (RuntimeException e) { // a defect of ours must not cost the cluster its scheduling
      LOG.error("A call could not be judged; it is answered as if Ballast were not there", e);
      return notJudged(call, metrics.failed, question.neutral());
    }
  }

  private static Response ok(Answer answer) {
    return new Response(200, JSON, answer.bytes(), answer.length());
  }

  private Response judgedOrNeutral(Call call, Question question, boolean again) {
    var metrics = question.metrics();
    var neutral = question.neutral();
    if (!parts.schedulerNames().contains(call.pod().schedulerName())) {
      return notJudged(call, metrics.notOurs, neutral);
    }
    if (call.pod().daemonSet()) { // its node is chosen already
      return notJudged(call, metrics.daemonSet, neutral);
    }
    if (!parts.synced().getAsBoolean()) {
      return notJudged(call, metrics.notSynced, neutral);
    }
    boolean byLoad = !parts.neutral().getAsBoolean();
    if (!byLoad && !judge.asksForZones(call.pod())) {
      return notJudged(call, metrics.neutral, neutral);
    }
    if (!again && late(call)) {
      return notJudged(call, metrics.late, neutral);
    }
    long now = parts.clockMillis().getAsLong();
    var judgement = question.judge().of(call.decoded(), call.snapshot(), byLoad, now);
    if (!again && late(call)) {
      return notJudged(call, metrics.late, neutral);
    }
    if (!again && judgement.refusesAll() && secondLook.isDue(parts.nanoClock().getAsLong())) {
      parts.metrics().extenderSecondLooks.inc();
      return ok(judgement.answer())
          .orLater(new Response.Later(SecondLook.AFTER_MILLIS, () -> answer(question, true)));
    }
    metrics.judged.calls().inc();
    judgement.count().run();
    var told = told(call, metrics.judged, now, call.snapshot().version(), judgement.note());
    tell(judgement.decision().apply(told));
    return ok(judgement.answer());
  }

  private Response notJudged(Call call, Outcome outcome, Neutral neutral) {
    outcome.calls().inc();
    long now = parts.clockMillis().getAsLong();
    tell(Decision.notJudged(told(call, outcome, now, 0, ""), call.candidates().count()));
    return ok(neutral.of(call.candidates()));
  }

  private boolean late(Call call) {
    return tookNanos(call) > deadlineNanos;
  }

  private long tookNanos(Call call) {
    return parts.nanoClock().getAsLong() - call.request().arrivedNanos();
  }

  private void tell(Decision decision) {
    try {
      parts.sink().accept(decision);
    } catch (RuntimeException e) { // what is told afterwards must not change the answer
      LOG.error("A decision could not be kept", e);
    }
  }

  private Decision.Call told(
      Call call, Outcome outcome, long nowMillis, long snapshotVersion, String note) {
    var pod = call.pod();
    return new Decision.Call(
        call.verb(),
        pod.uid(),
        pod.namespace(),
        pod.name(),
        nowMillis,
        tookNanos(call),
        snapshotVersion,
        outcome.name(),
        note);
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
