package dev.ballast.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ballast.explain.Query.BadParameter;
import dev.ballast.http.Handler;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.inflight.Charge;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.NodeLoad;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decisions, explanations and nodes over HTTP: {@code GET /v1/decisions}, {@code /v1/explanations},
 * {@code /v1/nodes}, and {@code /v1/openapi.json} that describes them. Names of pods are shown to
 * whoever reaches the port. Safe for use by many threads.
 */
public final class ExplainEndpoints {
  private static final int MAX_DECISIONS = 500;
  private static final int MAX_ROWS = 5_000;
  private static final int MAX_ROWS_IN_ALL = 100_000;
  private static final List<String> OUTCOMES =
      List.of(
          "judged",
          "other_scheduler",
          "daemon_set",
          "not_synced",
          "breaker_open",
          "deadline",
          "internal_error");

  /**
   * What is said of nodes.
   *
   * @param verdicts of the filter, by the order of the nodes
   * @param scores 0..100, or a negative number without one, by the order of the nodes
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  public record Judged(Verdict[] verdicts, int[] scores) {}

  /** Judges all nodes together for a pod that would use nothing. */
  @FunctionalInterface
  public interface Judge {
    Judged judge(NodeLoad[] loads, Charge[] charges, long nowMillis);
  }

  /**
   * What the answers are made of.
   *
   * @param name of this host or pod
   * @param version of Ballast
   * @param startedMillis when this process started, milliseconds since the epoch
   * @param policy what decisions are made by now
   * @param snapshot the newest load
   * @param synced whether nodes have been listed
   * @param breakerOpen whether too much data is lost to judge
   * @param charges the pods in flight of a node
   * @param judge judges nodes as they stand
   * @param clockMillis wall clock, milliseconds since the epoch
   */
  public record Parts(
      String name,
      String version,
      long startedMillis,
      Supplier<PolicyFacts> policy,
      Supplier<LoadSnapshot> snapshot,
      Supplier<Boolean> synced,
      Supplier<Boolean> breakerOpen,
      Function<String, Charge> charges,
      Judge judge,
      LongSupplier clockMillis) {}

  private interface Answering {
    Object answer(Request request);
  }

  private final Parts parts;
  private final DecisionRing ring;
  private final Explanations explanations;

  public ExplainEndpoints(Parts parts, DecisionRing ring, Explanations explanations) {
    this.parts = parts;
    this.ring = ring;
    this.explanations = explanations;
  }

  /** The routes, by path and method. */
  public Map<String, Map<String, Handler>> routes() {
    var routes = new LinkedHashMap<String, Map<String, Handler>>();
    routes.put("/v1/decisions", get(this::decisions));
    routes.put("/v1/explanations", get(this::explanation));
    routes.put("/v1/nodes", get(this::nodes));
    byte[] document = document();
    routes.put(
        "/v1/openapi.json", Map.of("GET", request -> Response.ok(Json.CONTENT_TYPE, document)));
    return routes;
  }

  private static Map<String, Handler> get(Answering answering) {
    return Map.of("GET", request -> answer(answering, request));
  }

  private static Response answer(Answering answering, Request request) {
    try {
      return json(200, answering.answer(request));
    } catch (BadParameter e) {
      return json(400, e.answer());
    }
  }

  private static Response json(int status, Object answer) {
    try {
      byte[] body = Json.MAPPER.writeValueAsBytes(answer);
      return new Response(status, Json.CONTENT_TYPE, body, body.length);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts and numbers was not written", e);
    }
  }

  private static byte[] document() {
    try (InputStream in = ExplainEndpoints.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answers.Replica replica() {
    var facts = parts.policy().get();
    @Nullable Decision oldest = null;
    for (long n = ring.start(); oldest == null && n < ring.end(); n++) {
      oldest = ring.find(n);
    }
    return new Answers.Replica(
        parts.name(),
        parts.version(),
        KeptCall.time(parts.startedMillis()),
        facts.version(),
        parts.snapshot().get().version(),
        facts.schedulerNames(),
        parts.synced().get(),
        parts.breakerOpen().get() ? "open" : "closed",
        ring.size(),
        oldest == null ? null : KeptCall.time(oldest.call().atMillis()));
  }

  /** Which decisions are wanted. */
  private record Wanted(
      String namespace,
      String pod,
      String uid,
      String node,
      String verb,
      String outcome,
      long since) {
    boolean has(Decision decision) {
      var call = decision.call();
      return is(namespace, call.namespace())
          && is(pod, call.name())
          && is(uid, call.uid())
          && is(verb, call.verb().name().toLowerCase(Locale.ROOT))
          && is(outcome, call.outcome())
          && call.atMillis() >= since
          && (node.isEmpty() || decision.indexOf(node) >= 0);
    }

    private static boolean is(String wanted, String is) {
      return wanted.isEmpty() || wanted.equals(is);
    }
  }

  private Answers.Decisions decisions(Request request) {
    var query =
        Query.parse(
            request.query(),
            List.of(
                "namespace",
                "pod",
                "uid",
                "node",
                "verb",
                "outcome",
                "since",
                "limit",
                "rows",
                "continue"));
    long now = parts.clockMillis().getAsLong();
    var wanted =
        new Wanted(
            query.name("namespace"),
            query.name("pod"),
            query.name("uid"),
            query.name("node"),
            query.word("verb", List.of("filter", "prioritize")),
            query.word("outcome", OUTCOMES),
            query.since("since", now));
    int limit = query.integer("limit", 100, 1, MAX_DECISIONS);
    int rows = query.integer("rows", 0, 0, MAX_ROWS);
    if (limit * rows > MAX_ROWS_IN_ALL) {
      throw new BadParameter(
          "rows", String.valueOf(rows), "limit times rows of at most " + MAX_ROWS_IN_ALL);
    }
    long number = newest(query.text("continue"));
    var found = new ArrayList<Answers.Call>();
    for (; number >= ring.start() && found.size() < limit; number--) {
      @Nullable Decision decision = ring.find(number);
      if (decision != null && wanted.has(decision)) {
        var kept = KeptCall.of(number, decision, parts.policy().get(), rows);
        found.add((wanted.node().isEmpty() ? kept : kept.with(decision, wanted.node())).show());
      }
    }
    return new Answers.Decisions(replica(), found, number >= ring.start() ? token(number) : null);
  }

  /** Where to go on; the start of the process tells whose token it is. */
  private String token(long number) {
    return Long.toString(parts.startedMillis(), 36) + "-" + number;
  }

  private long newest(String token) {
    if (token.isEmpty()) {
      return ring.end() - 1;
    }
    String mine = Long.toString(parts.startedMillis(), 36) + "-";
    try {
      long number = token.startsWith(mine) ? Long.parseLong(token.substring(mine.length())) : -1;
      if (number >= 0 && number < ring.end()) {
        return number;
      }
    } catch (NumberFormatException e) {
      // as a token of another process
    }
    throw new BadParameter(
        "continue", token, "a token that this process gave, or begin anew without one");
  }

  private Answers.Explanation explanation(Request request) {
    var query = Query.parse(request.query(), List.of("namespace", "pod", "uid", "node"));
    String namespace = query.required("namespace");
    String pod = query.required("pod");
    String uid = query.name("uid");
    String node = query.name("node");
    var found = explanations.find(namespace, pod, uid);
    if (found.isEmpty()) {
      return new Answers.Explanation(
          replica(), "unknown", namespace, pod, null, null, null, null, null);
    }
    var entry = found.get();
    boolean bound = !entry.node().isEmpty();
    return new Answers.Explanation(
        replica(),
        bound ? "bound" : "waiting",
        namespace,
        pod,
        entry.uid(),
        bound ? entry.node() : null,
        bound ? KeptCall.time(entry.atMillis()) : null,
        show(entry.filter(), node),
        show(entry.prioritize(), node));
  }

  /** The call with the row of a node, when the ring still has it. */
  private Answers.@Nullable Call show(@Nullable KeptCall kept, String node) {
    if (kept == null) {
      return null;
    }
    return (node.isEmpty() ? kept : kept.with(ring.find(kept.number()), node)).show();
  }

  private Answers.Nodes nodes(Request request) {
    var query = Query.parse(request.query(), List.of("node"));
    String only = query.name("node");
    var snapshot = parts.snapshot().get();
    long now = parts.clockMillis().getAsLong();
    var facts = parts.policy().get();
    var loads =
        snapshot.nodes().stream()
            .sorted(java.util.Comparator.comparing(NodeLoad::name))
            .toArray(NodeLoad[]::new);
    var charges =
        Arrays.stream(loads).map(l -> parts.charges().apply(l.name())).toArray(Charge[]::new);
    var judged = parts.judge().judge(loads, charges, now);
    int[] scores = judged.scores();
    int[] sorted = Arrays.stream(scores).sorted().toArray();
    record Standing(int rank, Answers.Row row) {}
    var standings = new ArrayList<Standing>();
    for (int i = 0; i < loads.length; i++) {
      if (only.isEmpty() || only.equals(loads[i].name())) {
        int rank = 1 + above(sorted, scores[i]);
        var row =
            KeptRow.now(loads[i], charges[i], judged.verdicts()[i], scores[i], rank, facts, now);
        standings.add(new Standing(rank, row.show(facts)));
      }
    }
    standings.sort(java.util.Comparator.comparingInt(Standing::rank));
    return new Answers.Nodes(
        replica(), KeptCall.time(now), standings.stream().map(Standing::row).toList());
  }

  /** How many of the sorted numbers are larger. */
  private static int above(int[] sorted, int number) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] > number) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return sorted.length - low;
  }
}
