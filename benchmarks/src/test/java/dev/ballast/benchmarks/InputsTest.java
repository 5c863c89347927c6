package dev.ballast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.load.NodeNames;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the benchmarks feed to others. */
class InputsTest {
  private static final String SHIPPED =
      """
      clientConnection:
        qps: 200
        burst: 400
      profiles:
      - schedulerName: load-aware-scheduler
        percentageOfNodesToScore: 0
      extenders:
      - urlPrefix: http://127.0.0.1:9443/v1
      """;

  @Test
  void parse_ofALabel_givesTheVariantBack() {
    for (String name : SchedulerFile.ALL) {
      assertThat(Variant.parse(name).label()).isEqualTo(name);
    }
  }

  @Test
  void parse_ofAnythingElse_isRefused() {
    for (String name : List.of("other", "stock-16", "ballast-", "ballast-0", "ballast-x")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Variant.parse(name))
          .withMessageContaining("'" + name + "'");
    }
  }

  @Test
  void text_ofStock_hasNoExtenderAndFastClients() {
    String text = SchedulerFile.text(SHIPPED, Variant.parse("stock"), 100);
    assertThat(text)
        .contains("qps: 5000", "burst: 5000", "percentageOfNodesToScore: 100")
        .doesNotContain("extenders:", "urlPrefix");
  }

  @Test
  void text_ofNotInterested_namesAResource() {
    assertThat(SchedulerFile.text(SHIPPED, Variant.parse("not-interested"), 0))
        .contains("extenders:", "managedResources:");
  }

  @Test
  void text_ofBinding_hasOneMoreEntryOfTheSameExtender() {
    String text = SchedulerFile.text(SHIPPED, Variant.parse("ballast-bind"), 0);
    String url = text.lines().filter(line -> line.startsWith("- urlPrefix")).findFirst().orElse("");
    assertThat(text.split(Pattern.quote(url), -1)).hasSize(3);
    assertThat(text.split(Pattern.quote("bindVerb: bind\n"), -1)).hasSize(2);
  }

  @Test
  void text_withoutALineToChange_isRefused() {
    assertThatThrownBy(
            () -> SchedulerFile.text(SHIPPED.replace("qps", "q"), Variant.parse("stock"), 0))
        .hasMessageContaining("qps");
  }

  @Test
  void filter_isARequestThatBallastReads() throws MalformedRequestException {
    byte[] body = Payloads.filter(5000);
    var request = ExtenderRequest.decode(body, body.length, NodeNames.EMPTY);
    assertThat(request.candidates().count()).isEqualTo(5000);
    assertThat(request.candidates().name(4999)).isEqualTo(Payloads.nodeName(4999));
    assertThat(request.pod().schedulerName()).isEqualTo("load-aware-scheduler");
  }

  @Test
  void template_hasNothingThatOtherObjectsMustBackOrThatForbidsAShortlist() {
    assertThat(BenchPods.template())
        .contains("\"name\":\"@NAME@\"", "\"schedulerName\":\"load-aware-scheduler\"")
        .doesNotContain("topologySpread", "affinity", "priorityClassName", "ownerReferences");
    assertThat(BenchPods.template().length()).isGreaterThan(3500);
  }

  @Test
  void nodes_areHotInAboutOneOfTwenty() {
    var nodes = BenchCluster.nodes(5000, Instant.parse("2026-11-22T12:00:00Z"));
    long hot = nodes.stream().filter(node -> node.matches("(?s).*avg_5m\":\"0\\.[789].*")).count();
    assertThat(hot).isBetween(200L, 300L);
    assertThat(nodes).isEqualTo(BenchCluster.nodes(5000, Instant.parse("2026-11-22T12:00:00Z")));
  }

  @Test
  void parse_ofProcStat_addsUserAndSystemTime() {
    assertThat(
            ProcessCpu.parse(
                "77 (a) b) S 1 77 77 0 -1 4194304 100 0 0 0 1234 66 0 0 20 0 9 0 555 1 2"))
        .isEqualTo(13);
  }

  @Test
  void of_aGcLog_addsPauses() {
    var pauses =
        GcPauses.of(
            List.of(
                "[0.010s] Using Serial",
                "[0.500s] GC(0) Pause Young (Allocation Failure) 17M->3M(61M) 4.500ms",
                "[0.900s] GC(1) Pause Full (Metadata GC Threshold) 9M->3M(61M) 10.250ms"));
    assertThat(pauses).isEqualTo(new GcPauses(2, 14.75, 10.25));
  }
}
