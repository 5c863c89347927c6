package dev.ballast.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SchedulerLogTest {
  private static final String P = "I1122 12:00:00.123456   12345 schedule_one.go:982] ";

  private static String plugin(String pod, String plugin, String node, long score) {
    return P
        + "\"Plugin scored node for pod\" pod=\"%s\" plugin=\"%s\" node=\"%s\" score=%d"
            .formatted(pod, plugin, node, score);
  }

  private static String extender(String pod, String node, long score) {
    return P
        + "\"Extender scored node for pod\" pod=\"%s\" extender=\"http://127.0.0.1:9443/v1\" node=\"%s\" score=%d"
            .formatted(pod, node, score);
  }

  private static String total(String pod, String node, long score) {
    return P
        + "\"Calculated node's final score for pod\" pod=\"%s\" node=\"%s\" score=%d"
            .formatted(pod, node, score);
  }

  @Test
  void read_twoCyclesOfThePod_lastOneCounts() {
    var log =
        SchedulerLog.read(
            Stream.of(
                plugin("default/web", "NodeResourcesFit", "n1", 11),
                total("default/web", "n1", 11),
                plugin("default/web", "NodeResourcesFit", "n1", 87),
                plugin("default/web", "PodTopologySpread", "n1", 200),
                plugin("default/web-2", "NodeResourcesFit", "n1", 1),
                plugin("default/web", "NodeResourcesFit", "n2", 40),
                "I1122 something about default/web",
                extender("default/web", "n1", 5),
                extender("default/web", "n2", 9),
                total("default/web", "n1", 537),
                total("default/web", "n2", 490)),
            "default",
            "web",
            "");

    assertThat(log.nodes()).isEqualTo(2);
    assertThat(log.inTree("n1").orElseThrow().plugins())
        .containsOnly(entry("NodeResourcesFit", 87L), entry("PodTopologySpread", 200L));
    assertThat(log.sent("n2")).contains(9);
    assertThat(log.total("n1")).contains(537L);
    assertThat(log.inTree("n3")).isEmpty();
  }

  @Test
  void read_anotherExtender_isLeftOut() {
    var lines = Stream.of(extender("default/web", "n1", 5));

    assertThat(SchedulerLog.read(lines, "default", "web", ":9999/").sent("n1")).isEmpty();
  }

  @Test
  void read_brokenLines_areNotScores() {
    var log =
        SchedulerLog.read(
            Stream.of(
                P + "\"Plugin scored node for pod\" pod=\"default/web\" plugin=\"A\" score=1",
                P + "\"Plugin scored node for pod\" pod=\"default/web\" node=\"n\" score=",
                plugin("default/web", "A", "n", 7) + "x"),
            "default",
            "web",
            "");

    assertThat(log.inTree("n")).isEmpty();
  }
}
