package dev.ballast.cli;

import dev.ballast.annotator.Annotator;
import dev.ballast.annotator.AnnotatorSettings;
import dev.ballast.annotator.LateResults;
import dev.ballast.cli.doctor.ZoneAdvice;
import dev.ballast.config.BallastConfiguration;
import dev.ballast.config.ConfigLoader;
import dev.ballast.explain.PolicyFacts;
import dev.ballast.extender.BindService;
import dev.ballast.extender.Demands;
import dev.ballast.extender.ExtenderService;
import dev.ballast.extender.PendingBinds;
import dev.ballast.extender.WarmUp;
import dev.ballast.extender.ZoneJudge;
import dev.ballast.http.CallServer;
import dev.ballast.http.Handler;
import dev.ballast.http.HttpServer;
import dev.ballast.http.OperationsEndpoints;
import dev.ballast.http.OperationsEndpoints.Check;
import dev.ballast.http.ServerSettings;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.KubeEvents;
import dev.ballast.kube.KubeNodePatcher;
import dev.ballast.kube.KubePods;
import dev.ballast.kube.LeaderLease;
import dev.ballast.load.MetricTable;
import dev.ballast.load.ZoneHint;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.prometheus.PrometheusClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
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

  /** At most one snapshot in this time, but the first after a pause comes at once. */
  private static final long PUBLISH_DELAY_MILLIS = 20;

  /** The same where nobody asks: an annotator looks at the snapshot once a second. */
  private static final long QUIET_PUBLISH_DELAY_MILLIS = 500;

  /** Often enough that the ring of decisions has not turned round in between. */
  private static final Duration DRAIN_PERIOD = Duration.ofMillis(200);

  /** A burst of pods should not be over before its nodes are in order. */
  private static final Duration ORDER_PERIOD = Duration.ofMillis(200);

  private static final Duration LOOK_PERIOD = Duration.ofSeconds(1);

  /** Compiling and listing share the cores, and the list is what the first decision waits for. */
  private static final Duration MOST_BEFORE_WARM_UP = Duration.ofSeconds(2);

  private static final Duration HINT_PERIOD = Duration.ofSeconds(30);
  private static final Duration LEASE_REQUEST_TIMEOUT = Duration.ofSeconds(2);

  /** Less than the five seconds that kube-scheduler waits for a bind call. */
  private static final Duration BIND_TIMEOUT = Duration.ofSeconds(4);

  private static final String EXTENDER_PATH = "/v1";
  private static final int OPERATIONS_MAX_BYTES = 64 << 10;

  private final ServeCommand.Role role;
  private final BallastConfiguration config;
  private final DynamicSchedulerPolicy policy;
  private final Optional<Path> kubeconfig;
  private final Metrics metrics = new Metrics();
  private final KubeConnection connection;
  private final ScheduledExecutorService background;
  private final Explaining explaining;
  private final ClusterView view;
  private final PendingBinds pendingBinds;
  private final KubeEvents events;
  private final Deque<AutoCloseable> started = new ArrayDeque<>(); // guarded by this
  private boolean closed; // guarded by this
  private final CountDownLatch nodesKnown = new CountDownLatch(1);
  private volatile boolean warm;
  private volatile long publishedNanos = System.nanoTime();
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
    pendingBinds = new PendingBinds(System::nanoTime, deadline());
    connection = KubeConnection.general(kubeconfig);
    background = background("background");
    explaining =
        new Explaining(
            PolicyFacts.of(
                policy, MetricTable.of(policy, config.metrics().shapes()), loaded.policyVersion()),
            policy.inFlight(),
            metrics);
    events = events();
    view =
        new ClusterView(
            connection,
            policy,
            config,
            metrics,
            this::soon,
            role.answers() ? events::write : (type, action, reason, note, now) -> {},
            role.answers() ? explaining.podListeners() : List.of());
  }

  /** After this a call is answered as if Ballast were not there. */
  private Duration deadline() {
    return config.extender().clientTimeout().dividedBy(2);
  }

  private static ScheduledExecutorService background(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          var thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
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
    var checks = new ArrayList<>(view.checks());
    checks.add(
        new Check(
            "policy",
            () -> true, // without one the process would not have started
            true,
            () ->
                policy.predicates().size() + " limits, " + policy.priorities().size() + " terms"));
    begin(connection);
    begin(background::shutdownNow);
    begin(view);
    view.start();
    if (role.answers()) {
      checks.add(new Check("warm", () -> warm, true, () -> "request path compiled"));
      startExtender();
    }
    if (role.annotates()) {
      startAnnotator(checks);
    }
    startOperations(checks);
    every(HINT_PERIOD, this::tellZoneHint);
    every(LOOK_PERIOD, view::look);
    if (role.answers()) {
      every(DRAIN_PERIOD, explaining::drain);
      every(ORDER_PERIOD, view::followOrder);
      awaitNodes();
      var spare = explaining.spare();
      WarmUp.run(policy, view.store().metrics(), spare::provisional, spare, System::nanoTime);
      spare.drain();
      warm = true;
    }
  }

  /**
   * Events are about the annotators' lease: it is there in every installation, and is not a pod.
   */
  private KubeEvents events() {
    var election = config.leaderElection();
    return new KubeEvents(
        connection,
        new KubeEvents.Subject(
            election.namespace(), election.name(), "ballast.dev/extender", identity()));
  }

  private void startExtender() {
    var extender = config.extender();
    var service =
        new ExtenderService(
            new ExtenderService.Parts(
                Set.copyOf(policy.schedulerNames()),
                view.loadPolicy(),
                view.store()::snapshot,
                view::isComplete,
                System::currentTimeMillis,
                System::nanoTime,
                deadline(),
                metrics,
                new Demands(policy.inFlight())::of,
                view::charges,
                explaining::provisional,
                zoneJudge(),
                view::isNeutral,
                explaining));
    var server =
        new CallServer(
            new ServerSettings(
                "extender",
                extender.address(),
                extender.port(),
                Math.toIntExact(extender.maxRequestBytes()),
                "Set nodeCacheCapable: true for this extender in the scheduler's configuration: then"
                    + " names are sent instead of whole Node objects.",
                path -> metrics.extenderBadRequests.labelValues("too_large").inc(),
                System::nanoTime),
            routes(service));
    server.start();
    begin(server);
    LOG.info("Extender at http://{}:{}/v1", extender.address(), server.port());
  }

  private Map<String, Map<String, Handler>> routes(ExtenderService service) {
    var routes = new HashMap<>(service.routes(EXTENDER_PATH));
    if (config.extender().bind()) {
      routes.putAll(bindService().routes(EXTENDER_PATH));
    }
    return routes;
  }

  private ZoneJudge zoneJudge() {
    var topology = policy.topology();
    boolean binds = config.extender().bind();
    return new ZoneJudge(
        view.zones(),
        view::zonesKnown,
        new ZoneJudge.Settings(
            topology.enabled(), topology.weight(), binds || topology.lateResult()),
        binds ? Optional.of(pendingBinds) : Optional.empty(),
        new PodProblemEvents(events, System::currentTimeMillis));
  }

  private BindService bindService() {
    var pods = new KubePods(connection, BIND_TIMEOUT);
    return new BindService(
        new BindService.Parts(
            view.zones(),
            policy.topology().enabled(),
            view::zonesKnown,
            view::pod,
            pods::read,
            (pod, result) ->
                bound(pods.bind(pod.namespace(), pod.name(), pod.uid(), pod.node(), result)),
            pendingBinds,
            System::currentTimeMillis,
            metrics));
  }

  private static BindService.Bound bound(KubePods.Written written) {
    return switch (written.certainty()) {
      case DONE -> new BindService.Bound.Done();
      case REFUSED -> new BindService.Bound.Refused(written.message());
      case UNKNOWN -> new BindService.Bound.Unknown(written.message());
    };
  }

  private static LateResults.Written written(KubePods.Written written) {
    return switch (written.certainty()) {
      case DONE -> new LateResults.Written.Done();
      case REFUSED -> new LateResults.Written.Refused(written.message());
      case UNKNOWN -> new LateResults.Written.Unknown(written.message());
    };
  }

  /** Writes the results that no binding brought, as long as this process leads. */
  private void startLateResults(LeaderLease lease) {
    var pods = new KubePods(connection, BIND_TIMEOUT);
    var late =
        new LateResults(
            view.zones(),
            uid ->
                view.pod(uid)
                    .filter(pod -> policy.schedulerNames().contains(pod.schedulerName()))
                    .isPresent(),
            lease,
            (pod, result) -> written(pods.result(pod.namespace(), pod.name(), pod.uid(), result)),
            (pod, node, why) ->
                events.writeAboutPod(
                    pod.namespace(),
                    pod.name(),
                    pod.uid(),
                    KubeEvents.Type.WARNING,
                    "Placing",
                    "NoTopologyResult",
                    "Bound to node " + node + " without a topology result, and gets none: " + why,
                    System.currentTimeMillis()),
            metrics,
            System::currentTimeMillis);
    var writes = background("late results");
    begin(writes::shutdownNow);
    every(
        writes,
        LOOK_PERIOD,
        () -> {
          if (view.zonesKnown()) {
            late.run();
          }
        });
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
            view::listedNodes,
            view.podSources(),
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
    if (policy.topology().enabled()) {
      startLateResults(lease);
    }
  }

  /** Unique to this process: two processes with one identity would both lead. */
  private static String identity() {
    return hostName() + "-" + UUID.randomUUID();
  }

  /** The name of this pod or host, when the environment tells. */
  private static String hostName() {
    var host = System.getenv("HOSTNAME");
    return host == null ? "ballast" : host;
  }

  private void startOperations(List<Check> checks) {
    var operations = config.operations();
    var server =
        new HttpServer(
            new ServerSettings(
                "operations",
                operations.address(),
                operations.port(),
                OPERATIONS_MAX_BYTES,
                "Nothing is posted here.",
                path -> {},
                System::nanoTime),
            routes(checks));
    server.start();
    begin(server);
    LOG.info("Health and metrics at http://{}:{}", operations.address(), server.port());
  }

  private Map<String, Map<String, Handler>> routes(List<Check> checks) {
    var routes = new HashMap<>(OperationsEndpoints.routes(checks, metrics, view::publishGauges));
    if (role.answers()) {
      routes.putAll(explaining.routes(hostName(), view));
    }
    return routes;
  }

  /**
   * Publishes a snapshot. The event that ends a pause is published at once: kube-scheduler has it,
   * too, and asks at once about the pods that it wakes.
   */
  private void soon(Runnable task) {
    long delay = role.answers() ? PUBLISH_DELAY_MILLIS : QUIET_PUBLISH_DELAY_MILLIS;
    boolean paused =
        System.nanoTime() - publishedNanos >= TimeUnit.MILLISECONDS.toNanos(PUBLISH_DELAY_MILLIS);
    if (role.answers() && view.isComplete() && paused) {
      publish(task);
    } else {
      var unused = background.schedule(logged(() -> publish(task)), delay, TimeUnit.MILLISECONDS);
    }
  }

  private void publish(Runnable task) {
    task.run();
    publishedNanos = System.nanoTime();
    if (!view.isComplete()) {
      view.look();
    }
    if (view.isComplete()) {
      nodesKnown.countDown();
    }
  }

  private void awaitNodes() {
    try {
      var unused = nodesKnown.await(MOST_BEFORE_WARM_UP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void every(Duration period, Runnable task) {
    every(background, period, task);
  }

  private static void every(ScheduledExecutorService on, Duration period, Runnable task) {
    long millis = period.toMillis();
    var unused = on.scheduleWithFixedDelay(logged(task), millis, millis, TimeUnit.MILLISECONDS);
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

  /** Tells once of a time zone that the stamps seem to have, and again when it changes. */
  private void tellZoneHint() {
    Optional<ZoneHint.Hint> hint = view.store().zoneHint();
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
      nodesKnown.countDown();
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
}
