package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.SchedulerConfiguration.Extender;
import dev.ballast.http.CallServer;
import dev.ballast.http.Handler;
import dev.ballast.http.Response;
import dev.ballast.http.ServerSettings;
import dev.ballast.simulate.HttpExtender.Filtered;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExtenderCheckTest {
  private static final List<String> ASKED = List.of("a", "b");
  private static final Duration QUICK = Duration.ofMillis(2);
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private static Finding judge(
      List<String> passed, Map<String, String> refused, Map<String, Long> scores, Duration took) {
    return ExtenderCheck.judge(ASKED, new Filtered(passed, refused), scores, took, TIMEOUT);
  }

  @Test
  void judge_passedRefusedAndScored_isOk() {
    assertThat(judge(List.of("a"), Map.of("b", "hot"), Map.of("a", 7L), QUICK))
        .isEqualTo(
            Finding.ok(
                "extender", "of 2 nodes 1 passed, 1 refused, 1 scored; 2.0 ms a call of 200"));
  }

  @Test
  void judge_nodeWithoutAWord_isBroken() {
    var finding = judge(List.of("a"), Map.of(), Map.of(), QUICK);
    assertThat(finding.status()).isEqualTo(Status.BROKEN);
    assertThat(finding.seen()).endsWith("without a word: 1, as b");
  }

  @ParameterizedTest
  @CsvSource({"100, OK", "101, WARNING", "201, BROKEN"})
  void judge_time_isComparedWithTheTimeout(int millis, Status status) {
    assertThat(judge(ASKED, Map.of(), Map.of("a", 3L), Duration.ofMillis(millis)).status())
        .isEqualTo(status);
  }

  @Test
  void judge_noAdvice_isWarnedOf() {
    assertThat(judge(ASKED, Map.of(), Map.of(), QUICK))
        .satisfies(f -> assertThat(f.status()).isEqualTo(Status.WARNING))
        .satisfies(f -> assertThat(f.seen()).contains("as if Ballast were not there"));
  }

  @Test
  void judge_allRefused_isWarnedOfWithAReason() {
    assertThat(judge(List.of(), Map.of("a", "hot", "b", "hot"), Map.of(), QUICK))
        .satisfies(f -> assertThat(f.status()).isEqualTo(Status.WARNING))
        .satisfies(f -> assertThat(f.seen()).endsWith(", as hot"));
  }

  private static Finding call(Map<String, Handler> handlers, String filterVerb) {
    var routes = new java.util.HashMap<String, Map<String, Handler>>();
    handlers.forEach((path, handler) -> routes.put(path, Map.of("POST", handler)));
    try (var server =
        new CallServer(
            new ServerSettings("test", "127.0.0.1", 0, 65_536, "", path -> {}, () -> 0), routes)) {
      server.start();
      var extender =
          new Extender(
              "http://127.0.0.1:" + server.port() + "/v1",
              filterVerb,
              "prioritize",
              "",
              5,
              false,
              TIMEOUT,
              true,
              true,
              List.of());
      return ExtenderCheck.call(
          extender, "ours", ASKED, TIMEOUT, 0, new AtomicLong()::incrementAndGet);
    }
  }

  private static Handler json(String body) {
    return request -> Response.ok("application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void call_bothVerbs_areAsked() {
    var finding =
        call(
            Map.of(
                "/v1/sift",
                    json("{\"NodeNames\":[\"a\"],\"FailedAndUnresolvableNodes\":{\"b\":\"hot\"}}"),
                "/v1/prioritize", json("[{\"Host\":\"a\",\"Score\":4}]")),
            "sift");
    assertThat(finding.seen()).startsWith("of 2 nodes 1 passed, 1 refused, 1 scored");
    assertThat(finding.status()).isEqualTo(Status.OK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"NodeNames\":[\"stranger\"]} | returns node \"stranger\"",
        "{\"Error\":\"no\"} | the extender says: no",
        "hello | the answer is not JSON",
      })
  void call_answerThatKubeSchedulerWouldNotTake_isBroken(String body, String why) {
    var finding = call(Map.of("/v1/filter", json(body)), "filter");
    assertThat(finding.status()).isEqualTo(Status.BROKEN);
    assertThat(finding.seen()).contains(why);
  }

  @Test
  void call_wrongVerb_isBrokenWithTheStatus() {
    assertThat(call(Map.of("/v1/filter", json("{}")), "filters").seen()).contains("status 404");
  }

  @Test
  void call_noUrl_isBroken() {
    var extender =
        new Extender("nowhere", "filter", "", "", 0, false, TIMEOUT, true, true, List.of());
    assertThat(ExtenderCheck.call(extender, "ours", ASKED, TIMEOUT, 0, () -> 0).seen())
        .contains("is no URL");
  }
}
