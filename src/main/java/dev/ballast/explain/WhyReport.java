package dev.ballast.explain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a pod is where it is, or why it waits, in words. Confined to one thread. */
public final class WhyReport {
  private static final int WIDTH = 96;
  private static final String IN = "  ";

  /**
   * What the report is made of.
   *
   * @param namespace the pod's namespace
   * @param pod the pod's name
   * @param node also why, or why not, this node; empty for none
   * @param replies the replicas' answers
   * @param cluster what the API server says of the pod, when it was asked and knows the pod
   * @param clusterNote why the API server said nothing; empty when it was asked
   * @param weighing why another node than the one ranked first was taken, when that is so
   * @param weighingNote why there is no weighing; empty when that needs no word
   */
  public record Facts(
      String namespace,
      String pod,
      String node,
      List<Reply<Answers.Explanation>> replies,
      Optional<ClusterPod> cluster,
      String clusterNote,
      Optional<Weighing> weighing,
      String weighingNote) {}

  private final Facts facts;
  private final Instant now;
  private final Merged merged;
  private final StringBuilder out = new StringBuilder();

  public WhyReport(Facts facts, Instant now) {
    this.facts = facts;
    this.now = now;
    merged = Merged.of(facts.replies());
  }

  /** The explanation that counts: the newest. */
  public static Optional<Answers.Explanation> newest(List<Reply<Answers.Explanation>> replies) {
    return Merged.of(replies).newest().map(reply -> Objects.requireNonNull(reply.answer()));
  }

  /**
   * The node that Ballast ranked first where another one was bound, when that needs a word: not
   * when it shares the first rank.
   */
  public static Optional<Answers.Row> outvoted(Answers.Explanation explanation) {
    var ranking = explanation.prioritize();
    if (explanation.node() == null || ranking == null) {
      return Optional.empty();
    }
    var bound = row(ranking, explanation.node());
    boolean isFirst = bound.filter(row -> Objects.equals(row.rank(), 1)).isPresent();
    return isFirst ? Optional.empty() : first(ranking);
  }

  /** Whether the replicas could tell something of the pod. */
  public boolean explained() {
    return merged.newest().isPresent() || (answered() && facts.cluster().isPresent());
  }

  private boolean answered() {
    return facts.replies().stream().anyMatch(reply -> reply.answer() != null);
  }

  /** The report for machines. */
  public String json() {
    var root = new LinkedHashMap<String, Object>();
    root.put("namespace", facts.namespace());
    root.put("pod", facts.pod());
    root.put("summary", summary());
    merged
        .newest()
        .ifPresent(reply -> root.put("explanation", Objects.requireNonNull(reply.answer())));
    facts.cluster().ifPresent(pod -> root.put("cluster", pod));
    facts
        .weighing()
        .ifPresent(
            weighing -> {
              var shown = new LinkedHashMap<String, Object>();
              shown.put("exact", weighing.exact());
              shown.put("weightNeeded", weighing.weightNeeded());
              shown.put("first", weighing.first());
              shown.put("inTreeFirst", weighing.inTreeFirst().plugins());
              shown.put("bound", weighing.bound());
              shown.put("inTreeBound", weighing.inTreeBound().plugins());
              root.put("weighing", shown);
            });
    root.put("contradictions", merged.contradictions());
    var replicas = new ArrayList<Map<String, Object>>();
    for (var reply : facts.replies()) {
      var shown = new LinkedHashMap<String, Object>();
      shown.put("source", reply.source());
      shown.put("answered", reply.answer() != null);
      if (reply.failure() != null) {
        shown.put("failure", reply.failure());
      }
      if (reply.answer() != null) {
        shown.put("status", reply.answer().status());
        shown.put("replica", reply.answer().replica());
      }
      replicas.add(shown);
    }
    root.put("replicas", replicas);
    return Json.text(root) + "\n";
  }

  /** The report for people. */
  public String text() {
    out.setLength(0);
    say("", summary());
    var newest = merged.newest().map(reply -> Objects.requireNonNull(reply.answer()));
    if (newest.isPresent()) {
      calls(newest.get());
      if (newest.get().node() != null) {
        bound(newest.get(), newest.get().node());
      } else {
        waiting(newest.get());
      }
      askedNode(newest.get());
    } else {
      neverSeen();
    }
    cluster();
    replicas();
    return out.toString();
  }

  // --- the first line ---------------------------------------------------------------------------

  private String summary() {
    String pod = facts.namespace() + "/" + facts.pod();
    var newest = merged.newest().map(reply -> Objects.requireNonNull(reply.answer()));
    if (newest.isEmpty()) {
      return answered()
          ? pod + ": Ballast has not seen this pod" + place()
          : pod + ": no replica of Ballast answered" + place();
    }
    var explanation = newest.get();
    return explanation.node() == null
        ? pod + waitingSummary(explanation)
        : pod + " is on " + explanation.node() + ", " + boundSummary(explanation) + ".";
  }

  private String place() {
    return facts
        .cluster()
        .map(
            cluster ->
                cluster.node().isEmpty()
                    ? "; it waits for a node (" + cluster.phase() + ")."
                    : "; it is on " + cluster.node() + ".")
        .orElse(".");
  }

  private static String boundSummary(Answers.Explanation explanation) {
    var call = lastCall(explanation);
    if (!call.outcome().equals("judged")) {
      return "and Ballast had no say in it: " + meaning(call.outcome());
    }
    var ranking = explanation.prioritize();
    if (ranking == null) {
      return call.passed() == 1
          ? "the only node that passed the filter"
          : "which passed the filter; kube-scheduler did not ask for scores";
    }
    String bound = Objects.requireNonNull(explanation.node());
    var row = row(ranking, bound);
    if (row.isEmpty() || row.get().rank() == null) {
      return "which was not among the " + ranking.candidates() + " nodes that Ballast ranked";
    }
    int rank = Objects.requireNonNull(row.get().rank());
    String ranked = "which Ballast ranked " + Texts.ordinal(rank) + " of " + ranking.candidates();
    return rank == 1
        ? ranked
        : ranked + first(ranking).map(best -> "; it ranked " + best.node() + " first").orElse("");
  }

  private String waitingSummary(Answers.Explanation explanation) {
    if (facts.cluster().filter(cluster -> !cluster.node().isEmpty()).isPresent()) {
      return " is on "
          + facts.cluster().get().node()
          + ", says the API server; Ballast has not seen the binding yet.";
    }
    var call = lastCall(explanation);
    if (!call.outcome().equals("judged")) {
      return " waits, and not for Ballast: " + meaning(call.outcome()) + ".";
    }
    if (explanation.filter() != null && explanation.filter().passed() == 0) {
      return " waits: Ballast refused all "
          + Texts.count(call.candidates(), "node", "nodes")
          + " that kube-scheduler offered.";
    }
    return " waits, and not for Ballast: it let "
        + call.passed()
        + " of "
        + Texts.count(call.candidates(), "node", "nodes")
        + " pass.";
  }

  private static Answers.Call lastCall(Answers.Explanation explanation) {
    var ranking = explanation.prioritize();
    return ranking != null ? ranking : Objects.requireNonNull(explanation.filter());
  }

  static String meaning(String outcome) {
    return switch (outcome) {
      case "other_scheduler" -> "the pod names another scheduler in spec.schedulerName";
      case "daemon_set" -> "it belongs to a DaemonSet, which chooses its node itself";
      case "not_synced" -> "it had not listed the nodes yet and gave all of them back";
      case "breaker_open" ->
          "its breaker was open (too much load data is lost) and it gave all nodes back";
      case "deadline" -> "it could not answer in time and gave all nodes back";
      case "internal_error" ->
          "an error in Ballast, see its log; it gave all nodes back as if it were not there";
      default -> "outcome " + outcome;
    };
  }

  // --- what was decided -------------------------------------------------------------------------

  private void calls(Answers.Explanation explanation) {
    out.append('\n');
    var rows = new ArrayList<List<String>>();
    if (explanation.boundAt() != null) {
      rows.add(List.of("bound", when(explanation.boundAt())));
    }
    for (var call : new Answers.Call[] {explanation.filter(), explanation.prioritize()}) {
      if (call != null) {
        rows.add(List.of(call.verb(), when(call.time()) + ", in " + call.tookMillis() + " ms"));
        rows.add(List.of("", result(call)));
        if (!call.note().isEmpty()) {
          rows.add(List.of("", call.note()));
        }
      }
    }
    var call = lastCall(explanation);
    rows.add(
        List.of(
            "by",
            "policy "
                + call.policyVersion()
                + ", load snapshot "
                + call.snapshotVersion()
                + ", replica "
                + explanation.replica().name()));
    out.append(Texts.table(IN, rows));
  }

  private String when(String time) {
    return time + " (" + Texts.ago(Instant.parse(time), now) + ")";
  }

  private static String result(Answers.Call call) {
    if (!call.outcome().equals("judged")) {
      return Texts.count(call.candidates(), "node", "nodes") + " given back, " + call.outcome();
    }
    if (call.verb().equals("prioritize")) {
      return Texts.count(call.candidates(), "node", "nodes") + " ranked";
    }
    int refused = call.candidates() - call.passed();
    String why =
        call.refused().entrySet().stream()
            .map(entry -> entry.getValue() + " by " + entry.getKey())
            .collect(Collectors.joining(", "));
    return Texts.count(call.candidates(), "candidate", "candidates")
        + ": "
        + call.passed()
        + " passed, "
        + refused
        + " refused"
        + (why.isEmpty() ? "" : " (" + why + ")");
  }

  private void bound(Answers.Explanation explanation, String node) {
    var ranking = explanation.prioritize();
    var filter = explanation.filter();
    if (ranking == null) {
      if (filter != null) {
        row(filter, node).ifPresent(row -> row(row, "bound"));
      }
      return;
    }
    row(ranking, node).ifPresent(row -> row(row, "bound"));
    var outvoted = outvoted(explanation);
    if (outvoted.isPresent()) {
      row(outvoted.get(), "ranked first");
      weighing(ranking, node, outvoted.get());
    } else {
      ranking.rows().stream()
          .filter(row -> !row.node().equals(node))
          .findFirst()
          .ifPresent(row -> row(row, "next"));
    }
  }

  private void weighing(Answers.Call ranking, String node, Answers.Row first) {
    out.append('\n');
    var bound = row(ranking, node);
    if (bound.isPresent() && Objects.equals(bound.get().sent(), first.sent())) {
      say(
          "",
          "Both were sent as "
              + Texts.number(first.sent())
              + ": in steps of 10 points kube-scheduler could not tell them apart.");
      return;
    }
    if (facts.weighing().isEmpty()) {
      say(
          "",
          "The other scores of kube-scheduler weighed more, or "
              + first.node()
              + " was taken in between."
              + (facts.weighingNote().isEmpty() ? "" : " " + facts.weighingNote()));
      return;
    }
    var weighing = facts.weighing().get();
    String mark = weighing.exact() ? "" : " (estimate: in-tree scores are not published)";
    say("", "Points" + mark + ":");
    out.append(
        Texts.table(
            IN,
            List.of(
                List.of("", "in-tree", "sent by Ballast, each worth 10 x weight"),
                List.of(
                    weighing.bound(),
                    String.valueOf(weighing.inTreeBound().total()),
                    String.valueOf(weighing.sentBound())),
                List.of(
                    weighing.first(),
                    String.valueOf(weighing.inTreeFirst().total()),
                    String.valueOf(weighing.sentFirst())))));
    if (!weighing.differences().isEmpty()) {
      say(IN, "difference in-tree: " + weighing.differences());
    }
    long needed = weighing.weightNeeded();
    boolean otherPlugins =
        !weighing.exact() && weighing.inTreeBound().total() <= weighing.inTreeFirst().total();
    say(
        "",
        otherPlugins
            ? "By requests alone "
                + first.node()
                + " would have won with any weight, so another plugin decided (affinity, spreading,"
                + " taints, images), or its room was taken in between. kube-scheduler's log at"
                + " -v=10 tells: --scheduler-log FILE."
            : "With a weight of "
                + needed
                + " or more for this extender "
                + first.node()
                + " would have won"
                + (weighing.exact()
                    ? "."
                    : ". Estimate: from requests as they are now, by NodeResourcesFit and"
                        + " NodeResourcesBalancedAllocation with their default weights."));
  }

  private void waiting(Answers.Explanation explanation) {
    var filter = explanation.filter();
    if (filter == null || !filter.outcome().equals("judged")) {
      if (filter != null && filter.outcome().equals("other_scheduler")) {
        notOurs(explanation.replica().schedulerNames());
      }
      return;
    }
    out.append('\n');
    if (filter.passed() > 0) {
      say(
          "",
          "What came after Ballast's filter did not bind it: another extender or plugin, a binding"
              + " that failed, or a preemption it waits for.");
      return;
    }
    var unfit = filter.rows().stream().filter(WhyReport::isUnfit).toList();
    var overloaded = filter.rows().stream().filter(row -> !isUnfit(row)).toList();
    if (!overloaded.isEmpty()) {
      say("", "Closest to passing:");
      var rows = new ArrayList<List<String>>();
      rows.add(
          List.of("node", "metric", "load", "limit", "of it measured", "in flight", "this pod"));
      overloaded.forEach(row -> refusal(row).ifPresent(rows::add));
      out.append(Texts.table(IN, rows)).append('\n');
    }
    if (!unfit.isEmpty()) {
      say("", "Zones that do not fit it:");
      var rows = new ArrayList<List<String>>();
      for (var row : unfit) {
        rows.add(List.of(row.node(), Objects.requireNonNull(row.refusal()).reason()));
      }
      out.append(Texts.table(IN, rows)).append('\n');
    }
    boolean byZones = filter.refused().containsKey(Ranking.TOPOLOGY);
    boolean byLoad = !byZones || filter.refused().size() > 1;
    say(
        "",
        "It is tried again when a reading changes, a pod ends or a node comes, and at the latest every"
            + " 5 minutes. What helps: "
            + (byLoad ? "less load on the nodes, more nodes, or a higher limit in the policy" : "")
            + (byLoad && byZones ? "; " : "")
            + (byZones
                ? "fewer CPUs in the request, nodes with room in their zones, or several zones, where"
                    + " the annotation topology.crane.io/topology-awareness is false"
                : "")
            + ".");
  }

  private static boolean isUnfit(Answers.Row row) {
    var refusal = row.refusal();
    return refusal != null && refusal.limit() == null;
  }

  private static Optional<List<String>> refusal(Answers.Row row) {
    var refusal = row.refusal();
    if (refusal == null || refusal.limit() == null) {
      return Optional.empty();
    }
    var reading =
        row.readings().stream().filter(r -> r.metric().equals(refusal.metric())).findFirst();
    return Optional.of(
        List.of(
            row.node(),
            refusal.metric(),
            refusal.value() == null ? "unknown" : Texts.percent(refusal.value()),
            Texts.percent(refusal.limit()),
            reading.map(WhyReport::measured).orElse(""),
            reading.map(r -> Texts.added(r.inFlight())).orElse(""),
            reading.map(r -> Texts.added(r.incoming())).orElse("")));
  }

  private static String measured(Answers.Reading reading) {
    return reading.value() == null
        ? reading.state()
        : Texts.percent(reading.value())
            + (reading.ageSeconds() == null ? "" : ", " + Texts.age(reading.ageSeconds()) + " old");
  }

  // --- one node ---------------------------------------------------------------------------------

  private void askedNode(Answers.Explanation explanation) {
    String node = facts.node();
    if (node.isEmpty()) {
      return;
    }
    var filter = explanation.filter();
    var ranking = explanation.prioritize();
    var filtered = filter == null ? Optional.<Answers.Row>empty() : row(filter, node);
    var ranked = ranking == null ? Optional.<Answers.Row>empty() : row(ranking, node);
    if (node.equals(explanation.node()) && ranked.isPresent()) {
      return; // shown already
    }
    out.append('\n');
    if (filtered.filter(row -> row.refusal() != null).isPresent()) {
      var refusal = Objects.requireNonNull(filtered.get().refusal());
      boolean spared = Objects.equals(filtered.get().verdict(), "spared");
      say(
          "",
          node
              + (spared ? " was over its limit but let pass: " : " was refused: ")
              + why(refusal)
              + ".");
      row(filtered.get(), "asked for");
    }
    if (ranked.isPresent()) {
      say("", node + " passed and was ranked " + rankOf(ranked.get(), ranking) + ".");
      row(ranked.get(), "asked for");
    } else if (filtered.isPresent() && filtered.get().refusal() == null) {
      say("", node + " passed Ballast's filter.");
      row(filtered.get(), "asked for");
    } else if (filtered.isEmpty()) {
      say(
          "",
          "Nothing is known of "
              + node
              + " in this decision: kube-scheduler did not offer it (its own filters, or not in its"
              + " sample of the nodes), or this replica remembers only the best nodes of a decision"
              + " that is some time ago.");
    }
  }

  private static String why(Answers.Refusal refusal) {
    if (refusal.limit() == null) {
      return refusal.reason();
    }
    return refusal.metric()
        + " at "
        + (refusal.value() == null ? "unknown load" : Texts.percent(refusal.value()))
        + ", limit "
        + Texts.percent(refusal.limit());
  }

  private static String rankOf(Answers.Row row, Answers.@Nullable Call ranking) {
    return row.rank() == null || ranking == null
        ? "nowhere"
        : Texts.ordinal(row.rank()) + " of " + ranking.candidates();
  }

  private void row(Answers.Row row, String role) {
    out.append('\n');
    String score =
        row.score() == null
            ? ""
            : ": score "
                + row.score()
                + " of 100, sent as "
                + Texts.number(row.sent())
                + ", rank "
                + Texts.number(row.rank());
    say(IN, row.node() + ", " + role + score);
    if (!row.known()) {
      say(IN + IN, "Ballast did not know this node.");
      return;
    }
    out.append(readings(IN + IN, row.readings()));
  }

  static String readings(String indent, List<Answers.Reading> readings) {
    var rows = new ArrayList<List<String>>();
    rows.add(
        List.of("metric", "value", "in flight", "this pod", "limit", "weight", "age", "state"));
    for (var reading : readings) {
      rows.add(
          List.of(
              reading.metric(),
              reading.value() == null ? "-" : Texts.percent(reading.value()),
              Texts.added(reading.inFlight()),
              Texts.added(reading.incoming()),
              reading.limit() == null ? "-" : Texts.percent(reading.limit()),
              reading.weight() == null ? "-" : String.valueOf(reading.weight()),
              reading.ageSeconds() == null ? "-" : Texts.age(reading.ageSeconds()),
              reading.state()));
    }
    return Texts.table(indent, rows);
  }

  private static Optional<Answers.Row> row(Answers.Call call, String node) {
    return call.rows().stream().filter(row -> row.node().equals(node)).findFirst();
  }

  private static Optional<Answers.Row> first(Answers.Call call) {
    return call.rows().stream().filter(row -> Objects.equals(row.rank(), 1)).findFirst();
  }

  // --- who knows nothing ------------------------------------------------------------------------

  private void neverSeen() {
    if (!answered()) {
      out.append('\n');
      say(
          "",
          "Start a replica, or say where they are: --server URL, --service HOST:PORT, or a kubeconfig"
              + " whose account may list pods and use their proxy.");
      return;
    }
    var names =
        facts.replies().stream()
            .filter(reply -> reply.answer() != null)
            .flatMap(reply -> reply.answer().replica().schedulerNames().stream())
            .distinct()
            .toList();
    if (facts.cluster().isEmpty()) {
      out.append('\n');
      say("", "What that can mean:");
      hint("The name or the namespace is wrong: kubectl -n " + facts.namespace() + " get pods.");
      hint("spec.schedulerName is none of " + String.join(", ", names) + ".");
      hint(
          "kube-scheduler found no node by requests and constraints and never asked: see its event.");
      hint("It was bound more than an hour ago, or before the replica's start, see below.");
      hint("Another replica was asked, which is not in the list below.");
      return;
    }
    var cluster = facts.cluster().get();
    if (!names.contains(cluster.schedulerName())) {
      notOurs(names);
      return;
    }
    out.append('\n');
    if (cluster.node().isEmpty()) {
      say(
          "",
          "Not Ballast: "
              + (cluster.message().isEmpty()
                  ? "kube-scheduler has not asked about it. Does a scheduler named "
                      + cluster.schedulerName()
                      + " run, and does it name Ballast under extenders?"
                  : "kube-scheduler found no node before it asked Ballast. Ballast never overrides"
                      + " requests, it only narrows what fits by them."));
      return;
    }
    say("", "What that can mean:");
    hint("It was bound more than an hour ago, or before the replica's start, see below.");
    hint("Another replica was asked, which is not in the list below.");
    hint("kube-scheduler does not ask Ballast: no extender in its configuration, or, where");
    say("    ", "managedResources is set, the pod has no marker resource.");
  }

  private void notOurs(List<String> names) {
    out.append('\n');
    String theirs =
        facts.cluster().map(ClusterPod::schedulerName).filter(name -> !name.isEmpty()).orElse("");
    say(
        "",
        "Not Ballast: the pod names "
            + (theirs.isEmpty() ? "another scheduler" : "the scheduler " + theirs)
            + ", and Ballast judges only pods of "
            + String.join(", ", names)
            + ". Set spec.schedulerName, which cannot be changed later, in the workload's template.");
  }

  private void cluster() {
    if (facts.cluster().isEmpty()) {
      if (!facts.clusterNote().isEmpty()) {
        out.append('\n');
        say("", "API server: " + facts.clusterNote());
      }
      return;
    }
    var cluster = facts.cluster().get();
    if (!cluster.message().isEmpty() && cluster.node().isEmpty()) {
      out.append('\n');
      say("", "kube-scheduler says (" + cluster.reason() + "):");
      say(IN, cluster.message());
    }
    var uid =
        merged
            .newest()
            .map(reply -> Objects.requireNonNull(reply.answer()))
            .map(Answers.Explanation::uid);
    if (uid.isPresent() && !uid.get().equals(cluster.uid())) {
      out.append('\n');
      say(
          "",
          "The pod of this name has another UID now ("
              + cluster.uid()
              + "): what is said above is of one before it.");
    }
  }

  private void replicas() {
    out.append('\n');
    if (!merged.contradictions().isEmpty()) {
      say("", "Contradictions:");
      merged.contradictions().forEach(this::hint);
    }
    say("", "Asked:");
    var rows = new ArrayList<List<String>>();
    for (var reply : facts.replies()) {
      rows.add(List.of(reply.source(), replica(reply)));
    }
    out.append(Texts.table(IN, rows));
  }

  private String replica(Reply<Answers.Explanation> reply) {
    var answer = reply.answer();
    if (answer == null) {
      return "no answer: " + reply.failure();
    }
    var replica = answer.replica();
    return (Merged.knows(answer) ? "knows the pod" : "does not know the pod")
        + ", up since "
        + replica.startedAt()
        + (replica.synced() ? "" : ", NOT SYNCED")
        + (replica.breaker().equals("closed") ? "" : ", BREAKER " + replica.breaker());
  }

  private void say(String indent, String text) {
    out.append(Texts.wrap(indent, text, WIDTH));
  }

  private void hint(String text) {
    out.append(Texts.wrap("  - ", text, WIDTH + 20));
  }
}
