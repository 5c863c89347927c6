package dev.ballast.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ballast.load.Resource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ScenarioTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void draw_sameSeed_isTheSame() {
    var one = Scenario.draw(7, 12, HOUR);
    var two = Scenario.draw(7, 12, HOUR);
    assertThat(one.arrivals()).isEqualTo(two.arrivals()).isNotEmpty();
    assertThat(one.nodes()).isEqualTo(two.nodes());
    for (int node = 0; node < 12; node++) {
      assertThat(one.background().load(node, Resource.CPU, one.startMillis()))
          .isEqualTo(two.background().load(node, Resource.CPU, one.startMillis()));
    }
  }

  @Test
  void draw_otherSeed_differs() {
    assertThat(Scenario.draw(7, 12, HOUR).arrivals())
        .isNotEqualTo(Scenario.draw(8, 12, HOUR).arrivals());
  }

  @Test
  void draw_requests_sayLittleAboutUse() {
    var pods = Scenario.draw(1, 24, HOUR).arrivals();
    assertThat(pods).anyMatch(p -> p.cpuUseMillis() < p.cpuRequestMillis() / 2);
    assertThat(pods).anyMatch(p -> p.cpuUseMillis() > p.cpuRequestMillis() * 3 / 2);
    assertThat(pods).allMatch(p -> p.cpuUseMillis() <= p.cpuRequestMillis() * 3);
  }

  @Test
  void draw_tooFewNodes_saysTheRange() {
    assertThatThrownBy(() -> Scenario.draw(1, 3, HOUR))
        .hasMessageContaining("4 to 200 nodes, not 3");
  }

  @Test
  void load_anyTime_isAFraction() {
    var scenario = Scenario.draw(3, 30, HOUR);
    for (int minute = 0; minute < 24 * 60; minute++) {
      for (int node = 0; node < 30; node++) {
        long time = scenario.startMillis() - minute * 60_000L;
        assertThat(scenario.background().load(node, Resource.CPU, time)).isBetween(0.01, 1.0);
        assertThat(scenario.background().load(node, Resource.MEMORY, time)).isBetween(0.01, 1.0);
      }
    }
  }
}
