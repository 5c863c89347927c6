package dev.ballast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.simulate.Scenario;
import dev.ballast.simulate.Simulation;
import dev.ballast.simulate.Summary;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The demo with the shipped extender behind its shipped HTTP server. */
final class DemoTest {
  private final AtomicLong nanos = new AtomicLong();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void run_anySeed_underHalfTheHotNodeMinutes(long seed) {
    var summary = run(scenario(seed));
    var blind = summary.loadBlind();
    var ballast = summary.withBallast();
    assertThat(blind.hotNodeMinutes()).isGreaterThan(60);
    assertThat(ballast.hotNodeMinutes()).isLessThan(blind.hotNodeMinutes() / 2);
    assertThat(ballast.arrived()).isEqualTo(blind.arrived()).isGreaterThan(200);
    assertThat(ballast.placed() + ballast.waiting()).isEqualTo(ballast.arrived());
    assertThat(blind.maxRequested()).isLessThanOrEqualTo(1);
    assertThat(ballast.maxRequested()).isLessThanOrEqualTo(1);
    assertThat(ballast.extenderCalls()).isGreaterThanOrEqualTo(ballast.placed());
    assertThat(ballast.failedCalls()).isZero();
    assertThat(blind.extenderCalls()).isZero();
  }

  @Test
  void run_sameSeed_sameSummary() {
    assertThat(run(scenario(1))).isEqualTo(run(scenario(1))).isNotEqualTo(run(scenario(2)));
  }

  @Test
  void frame_whileRunning_fitsASmallTerminal() {
    var scenario = Scenario.draw(12, 100, Duration.ofMinutes(60));
    var screen = new DemoScreen(scenario, new DemoPaint(false, false));
    try (var stack = start(scenario)) {
      var simulation = stack.simulation();
      boolean refused = false;
      for (int tick = 0; !simulation.done(); tick++) {
        simulation.tick();
        if (tick % 20 == 0) {
          var lines = screen.frame(simulation.view(), simulation.summary(), simulation.elapsed());
          assertThat(lines).hasSize(DemoScreen.HEIGHT).allMatch(line -> line.length() < 80);
          refused |= lines.stream().anyMatch(l -> l.contains(" > 0.65 ") && l.contains("ago"));
          assertThat(screen.tableRow(simulation.view(), simulation.elapsed())).hasSizeLessThan(80);
        }
      }
      assertThat(refused).isTrue();
    }
  }

  @Test
  void frame_inColour_saysTheSame() {
    var scenario = scenario(3);
    try (var stack = start(scenario)) {
      stack.simulation().tick();
      var view = stack.simulation().view();
      var sums = stack.simulation().summary();
      var plain =
          new DemoScreen(scenario, new DemoPaint(false, true)).frame(view, sums, Simulation.TICK);
      var coloured =
          new DemoScreen(scenario, new DemoPaint(true, true)).frame(view, sums, Simulation.TICK);
      assertThat(coloured).isNotEqualTo(plain);
      assertThat(coloured.stream().map(l -> l.replaceAll("\u001b\\[[0-9;]*m", "")).toList())
          .isEqualTo(plain);
    }
  }

  @Test
  void command_textWithoutSleeping_printsTableAndSummary() {
    assertThat(execute("--seconds", "0", "--nodes", "6", "--no-color")).isZero();
    assertThat(out.toString())
        .contains("\n01:30 ")
        .contains("hot node-minutes, true CPU over 65 %")
        .contains("pod-minutes spent waiting")
        .contains("while every node with room was refused")
        .contains("extender calls over HTTP, 0 failed")
        .contains("What to try next")
        .doesNotContain("\u001b");
    assertThat(out.toString().lines()).allMatch(line -> line.length() < 80);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void command_json_hasTheSummary() throws Exception {
    assertThat(execute("--seconds", "0", "--nodes", "6", "--seed", "9", "-o", "json")).isZero();
    var json = new ObjectMapper().readTree(out.toString());
    assertThat(json.at("/summary/seed").longValue()).isEqualTo(9);
    assertThat(json.at("/summary/withBallast/waitingPodMinutes").isNumber()).isTrue();
    assertThat(json.at("/summary/loadBlind/hotNodeMinutes").doubleValue()).isPositive();
    assertThat(json.at("/medianCallMicros").longValue()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nodes=3", "--nodes=201", "--seconds=-1", "--seed=x", "--unknown"})
  void command_wrongOption_isUsage(String option) {
    assertThat(execute(option)).isEqualTo(2);
    assertThat(err.toString()).contains(option.split("=", -1)[0]);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void run_stoppedOnTheWay_endsAfterTheTickItIsIn() throws Exception {
    var scenario = scenario(1);
    var run = new AtomicReference<DemoRun>();
    var stopsAtTheFirstRow =
        new StringWriter() {
          @Override
          public void write(String text, int from, int length) {
            super.write(text, from, length);
            if (text.startsWith("00:10")) {
              run.get().stop();
            }
          }
        };
    try (var stack = start(scenario)) {
      var screen = new DemoScreen(scenario, new DemoPaint(false, false));
      run.set(new DemoRun(stack.simulation(), screen, new PrintWriter(stopsAtTheFirstRow)));
      run.get().run(false, false, true);
      assertThat(stack.simulation().elapsed()).isEqualTo(Duration.ofMinutes(10));
    }
  }

  private int execute(String... options) {
    return new CommandLine(new DemoCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(options);
  }

  private static Scenario scenario(long seed) {
    return Scenario.draw(seed, 24, Duration.ofMinutes(90));
  }

  private Summary run(Scenario scenario) {
    try (var stack = start(scenario)) {
      while (!stack.simulation().done()) {
        stack.simulation().tick();
      }
      return stack.simulation().summary();
    }
  }

  private DemoStack start(Scenario scenario) {
    return DemoStack.start(DemoPolicy.standard(), scenario, nanos::incrementAndGet);
  }
}
