package dev.ballast.cli;

import dev.ballast.extender.Demands;
import dev.ballast.extender.ExtenderService;
import dev.ballast.extender.ProvisionalDemand;
import dev.ballast.extender.ZoneJudge;
import dev.ballast.http.CallServer;
import dev.ballast.http.ServerSettings;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.InFlight;
import dev.ballast.inflight.NodeCharges;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricTable;
import dev.ballast.metrics.Metrics;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.simulate.HttpExtender;
import dev.ballast.simulate.Scenario;
import dev.ballast.simulate.SimulatedClock;
import dev.ballast.simulate.Simulation;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A simulation with the real Ballast beside it: the store, the extender and the HTTP server that
 * are shipped, on a free loopback port, with the simulation's clock for a wall clock.
 *
 * <p>Calls have ten seconds here, where a real installation gives them a fifth of one: a busy
 * machine must not change which pods go where.
 */
final class DemoStack implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_REQUEST_BYTES = 1 << 20;

  private final CallServer server;
  private final HttpExtender client;
  private final Simulation simulation;

  private DemoStack(CallServer server, HttpExtender client, Simulation simulation) {
    this.server = server;
    this.client = client;
    this.simulation = simulation;
  }

  /**
   * Starts the server and prepares the simulation.
   *
   * @param nanoClock monotonic clock in nanoseconds, for the duration of calls
   */
  static DemoStack start(DemoPolicy demo, Scenario scenario, LongSupplier nanoClock) {
    var policy = demo.policy();
    var clock = new SimulatedClock(scenario.startMillis());
    var annotations = new LoadAnnotations(ZoneOffset.UTC);
    var store =
        new LoadStore(
            MetricTable.of(policy, demo.shapes()),
            annotations,
            Runnable::run,
            (node, key, text) -> {
              throw new IllegalStateException(node + " got " + key + ": " + text);
            });
    var inFlight = new InFlight(new Estimate(policy.inFlight()));
    var judge = new LoadPolicy(policy, store.metrics());
    var service =
        new ExtenderService(
            new ExtenderService.Parts(
                Set.copyOf(policy.schedulerNames()),
                judge,
                store::snapshot,
                () -> true,
                clock,
                nanoClock,
                PATIENCE,
                new Metrics(),
                new Demands(policy.inFlight())::of,
                policy.inFlight().enabled() ? inFlight::charges : names -> NodeCharges.NONE,
                ProvisionalDemand.NONE,
                ZoneJudge.none(),
                () -> false,
                DecisionSink.NONE));
    var server = server(service, nanoClock);
    server.start();
    var client =
        new HttpExtender(
            "http://127.0.0.1:" + server.port(),
            policy.schedulerNames().get(0),
            PATIENCE,
            nanoClock);
    var simulation =
        new Simulation(
            new Simulation.Parts(
                scenario, clock, demo.metrics(), store, annotations, judge, client, inFlight));
    return new DemoStack(server, client, simulation);
  }

  private static CallServer server(ExtenderService service, LongSupplier nanoClock) {
    var settings =
        new ServerSettings("demo", "127.0.0.1", 0, MAX_REQUEST_BYTES, "", path -> {}, nanoClock);
    return new CallServer(settings, service.routes(""));
  }

  Simulation simulation() {
    return simulation;
  }

  /** The median time of an extender call so far. */
  Duration medianCall() {
    return client.medianCall();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
