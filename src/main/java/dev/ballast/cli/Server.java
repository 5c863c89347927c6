package dev.ballast.cli;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.annotator.Annotator;
import dev.ballast.annotator.AnnotatorSettings;
import dev.ballast.config.BallastConfiguration;
import dev.ballast.config.ConfigLoader;
import dev.ballast.explain.DecisionRing;
import dev.ballast.explain.ExplainEndpoints;
import dev.ballast.explain.Explanations;
import dev.ballast.explain.PolicyFacts;
import dev.ballast.extender.ExtenderService;
import dev.ballast.extender.LoadGauges;
import dev.ballast.extender.WarmUp;
import dev.ballast.http.Handler;
import dev.ballast.http.HttpServer;
import dev.ballast.http.OperationsEndpoints;
import dev.ballast.http.OperationsEndpoints.Check;
import dev.ballast.inflight.Charge;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.KubeNodePatcher;
import dev.ballast.kube.LeaderLease;
import dev.ballast.kube.NodeFeed;
import dev.ballast.kube.PodFeed;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricTable;
import dev.ballast.load.ZoneHint;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.prometheus.PrometheusClient;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running {@code serve}: makes the parts of a role, starts them in order and stops them in
 * reverse. {@link #close} is idempotent and may be called while {@link #start} runs.
 */
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  /** Node events within this time are published as one snapshot. */
  private static final long PUBLISH_DELAY_MILLIS = 20;

  /** Often enough that the ring has not turned round in between. */
  private static final long DRAIN_PERIOD_MILLIS = 200;

  private static final long HINT_PERIOD_SECONDS = 30;
  private static final Duration LEASE_REQUEST_TIMEOUT = Duration.ofSeconds(2);
  private static final int OPERATIONS_MAX_BYTES = 64 << 10;

  private final ServeCommand.Role role;
  private final BallastConfiguration config;
  private final DynamicSchedulerPolicy policy;
  private final Optional<Path> kubeconfig;
  private final Metrics metrics = new Metrics();
  private final KubeConnection connection;
  private final ScheduledExecutorService background;
  private final LoadStore store;
  private final NodeFeed nodes;
  private final DecisionRing decisions = new DecisionRing();
  private final Explanations explanations;
  private final PolicyFacts facts;
  private final long startedMillis = System.currentTimeMillis();
  private final Deque<AutoCloseable> started = new ArrayDeque<>(); // guarded by this
  private boolean closed; // guarded by this
  private volatile boolean warm;
  private Optional<Duration> toldOffset = Optional.empty(); // confined to the background thread

  /**
   * Makes what needs no network.
   *
   * @throws IllegalArgumentException when the kubeconfig cannot be read
   */
  Server(ServeCommand.Role role, ConfigLoader.Loaded loaded, Optional<Path> kubeconfig) {
    this.role = role;
    this.config = loaded.configuration();
    this.policy = loaded.policy();
    this.kubeconfig = kubeconfig;
    connection = KubeConnection.general(kubeconfig);
    background =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var thread = new Thread(task, "background");
              thread.setDaemon(true);
              return thread;
            });
    store =
        new LoadStore(
            MetricTable.of(policy, config.metrics().shapes()),
            new LoadAnnotations(config.annotations().timeZone()),
            this::soon,
            new UnreadableLog(metrics));
    nodes = new NodeFeed(connection, keys()::contains, new StoreFeeder());
    facts = PolicyFacts.of(policy, store.metrics(), loaded.policyVersion());
    explanations = new Explanations(decisions, () -> facts, metrics.explanationsDropped::inc);
  }

  /** Starts all parts; returns when they listen. */
  void start() {
    LOG.info(
        "Starting {} as {}: {} metrics, {} limits, {} score terms, for pods of {}",
        Version.text(),
        role,
        policy.syncPolicies().size(),
        policy.predicates().size(),
        policy.priorities().size(),
        policy.schedulerNames());
    var checks = new ArrayList<Check>();
    checks.add(
        new Check(
            "nodes",
            nodes::hasSynced,
            true,
            () ->
                nodes.nodes().size()
                    + " listed, "
                    + (nodes.isWatching() ? "watching" : "not watching")));
    checks.add(
        new Check(
            "policy",
            () -> true, // without one the process would not have started
            true,
            () ->
                policy.predicates().size() + " limits, " + policy.priorities().size() + " terms"));
    begin(connection);
    begin(background::shutdownNow);
    begin(nodes);
    nodes.start();
    var pods = new PodFeed(connection, new BindingFeeder());
    if (role.answers()) {
      begin(pods);
      pods.start();
      checks.add(new Check("pods", pods::hasSynced, false, () -> pods.counts().toString()));
      checks.add(new Check("warm", () -> warm, true, () -> "request path compiled"));
      startExtender();
    }
    if (role.annotates()) {
      startAnnotator(checks);
    }
    startOperations(checks, pods);
    var unused =
        background.scheduleWithFixedDelay(
            logged(this::tellZoneHint), HINT_PERIOD_SECONDS, HINT_PERIOD_SECONDS, TimeUnit.SECONDS);
    if (role.answers()) {
      var unusedToo =
          background.scheduleWithFixedDelay(
              logged(() -> explanations.drain(System.currentTimeMillis())),
              DRAIN_PERIOD_MILLIS,
              DRAIN_PERIOD_MILLIS,
              TimeUnit.MILLISECONDS);
      WarmUp.run(policy, System::nanoTime);
      warm = true;
    }
  }

  private void startExtender() {
    var extender = config.extender();
    var service =
        new ExtenderService(
            new ExtenderService.Parts(
                Set.copyOf(policy.schedulerNames()),
                new LoadPolicy(policy, store.metrics()),
                store::snapshot,
                nodes::hasSynced,
                System::currentTimeMillis,
                System::nanoTime,
                extender.clientTimeout().dividedBy(2),
                metrics,
                node -> Charge.NONE,
                () -> false,
                decisions));
    var server =
        new HttpServer(
            new HttpServer.Settings(
                "extender",
                extender.address(),
                extender.port(),
                Math.toIntExact(extender.maxRequestBytes()),
                "Set nodeCacheCapable: true for this extender in the scheduler's configuration: then"
                    + " names are sent instead of whole Node objects.",
                path -> metrics.extenderBadRequests.labelValues("too_large").inc(),
                System::nanoTime),
            Map.of(
                "/v1/filter", Map.of("POST", service::filter),
                "/v1/prioritize", Map.of("POST", service::prioritize)));
    server.start();
    begin(server);
    LOG.info("Extender at http://{}:{}/v1", extender.address(), server.port());
  }

  private void startAnnotator(List<Check> checks) {
    var election = config.leaderElection();
    var leaseConnection = KubeConnection.forLease(kubeconfig, LEASE_REQUEST_TIMEOUT);
    begin(leaseConnection);
    var lease =
        new LeaderLease(
            leaseConnection,
            new LeaderLease.Settings(
                election.namespace(),
                election.name(),
                identity(),
                election.leaseDuration(),
                election.renewDeadline(),
                election.retryPeriod()),
            System::currentTimeMillis);
    begin(lease);
    var prometheus = new PrometheusClient(config.prometheus());
    begin(prometheus);
    var annotator =
        new Annotator(
            policy,
            config.metrics(),
            prometheus,
            new KubeNodePatcher(connection),
            lease,
            () -> nodes.hasSynced() ? nodes.nodes() : List.of(),
            metrics,
            System::currentTimeMillis,
            new AnnotatorSettings(
                config.annotations().minChange(),
                config.annotations().maxWritesPerSecond(),
                config.prometheus().maxSeriesSteps(),
                config.annotations().timeZone()));
    begin(annotator);
    checks.add(
        new Check(
            "leader",
            () -> lease.leads(System.currentTimeMillis()),
            false,
            () -> "of lease " + election.namespace() + "/" + election.name()));
    lease.start();
    annotator.start();
  }

  /** The name of this pod or host, when the environment tells. */
  private static String hostName() {
    var host = System.getenv("HOSTNAME");
    return host == null ? "ballast" : host;
  }

  /** Unique to this process: two processes with one identity would both lead. */
  private static String identity() {
    return hostName() + "-" + UUID.randomUUID();
  }

  private void startOperations(List<Check> checks, PodFeed pods) {
    var operations = config.operations();
    var server =
        new HttpServer(
            new HttpServer.Settings(
                "operations",
                operations.address(),
                operations.port(),
                OPERATIONS_MAX_BYTES,
                "Nothing is posted here.",
                path -> {},
                System::nanoTime),
            routes(checks, pods));
    server.start();
    begin(server);
    LOG.info("Health and metrics at http://{}:{}", operations.address(), server.port());
  }

  private Map<String, Map<String, Handler>> routes(List<Check> checks, PodFeed pods) {
    var routes =
        new HashMap<>(OperationsEndpoints.routes(checks, metrics, () -> publishGauges(pods)));
    if (role.answers()) {
      var judge = new LoadPolicy(policy, store.metrics());
      routes.putAll(
          new ExplainEndpoints(
                  new ExplainEndpoints.Parts(
                      hostName(),
                      Version.text(),
                      startedMillis,
                      () -> facts,
                      store::snapshot,
                      nodes::hasSynced,
                      () -> false,
                      node -> Charge.NONE,
                      (loads, charges, now) ->
                          new ExplainEndpoints.Judged(
                              Arrays.stream(loads)
                                  .map(load -> judge.judge(load, now))
                                  .toArray(Verdict[]::new),
                              Arrays.stream(loads)
                                  .mapToInt(load -> judge.score(load, now))
                                  .toArray()),
                      System::currentTimeMillis),
                  decisions,
                  explanations)
              .routes());
    }
    return routes;
  }

  private void publishGauges(PodFeed pods) {
    LoadGauges.publish(store.snapshot(), store.metrics(), System.currentTimeMillis(), metrics);
    metrics.synced.labelValues("nodes").set(nodes.hasSynced() ? 1 : 0);
    if (role.answers()) {
      metrics.synced.labelValues("pods").set(pods.hasSynced() ? 1 : 0);
      pods.counts()
          .forEach(
              (state, count) ->
                  metrics.pods.labelValues(state.name().toLowerCase(Locale.ROOT)).set(count));
    }
  }

  private void soon(Runnable task) {
    try {
      var unused = background.schedule(logged(task), PUBLISH_DELAY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closing: a snapshot is not published any more");
    }
  }

  /** A task whose failure is told: an executor would keep it to itself. */
  private static Runnable logged(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("A background task failed", e);
      }
    };
  }

  private Set<String> keys() {
    var keys = new HashSet<String>();
    policy.syncPolicies().forEach(sync -> keys.add(sync.name()));
    keys.add(LoadAnnotations.HOT_VALUE);
    keys.add(LoadAnnotations.STALE_SINCE);
    return keys;
  }

  /** Tells once of a time zone that the stamps seem to have, and again when it changes. */
  private void tellZoneHint() {
    Optional<ZoneHint.Hint> hint = store.zoneHint();
    Optional<Duration> offset = hint.map(ZoneHint.Hint::offset);
    if (!offset.equals(toldOffset)) {
      toldOffset = offset;
      hint.map(h -> ZoneAdvice.text(h, config.annotations().timeZone(), System.currentTimeMillis()))
          .ifPresent(LOG::warn);
    }
  }

  /** Notes a part that is to be closed; closes it at once when the server is closed already. */
  private void begin(AutoCloseable part) {
    synchronized (this) {
      if (!closed) {
        started.push(part);
        return;
      }
    }
    close(part);
  }

  @Override
  public void close() {
    Deque<AutoCloseable> parts;
    synchronized (this) {
      closed = true;
      parts = new ArrayDeque<>(started);
      started.clear();
    }
    parts.forEach(Server::close);
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) { // the other parts are still to be closed
      LOG.warn("Closing {} failed", part, e);
    }
  }

  /** The first useful message behind a failure to start. */
  static String reasonOf(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  /** Tells explanations which pods got a node. */
  private final class BindingFeeder implements PodFeed.Listener {
    @Override
    public void bound(String uid, String namespace, String name, String node) {
      explanations.bound(uid, namespace, name, node, System.currentTimeMillis());
    }

    @Override
    public void removed(String uid) {
      explanations.removed(uid);
    }
  }

  /** Puts what the informer sees into the store. */
  private final class StoreFeeder implements NodeFeed.Listener {
    @Override
    public void put(AnnotatedNode node) {
      store.put(node.name(), node.annotations(), System.currentTimeMillis());
    }

    @Override
    public void remove(String name) {
      store.remove(name);
    }
  }
}
