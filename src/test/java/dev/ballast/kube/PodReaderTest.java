package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.BadText;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodOverrides;
import dev.ballast.inflight.PodResources;
import dev.ballast.topology.PodTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods as the API server sends them. */
final class PodReaderTest {
  private static final String SCHEDULED =
      "{'type': 'PodScheduled', 'status': 'True', 'lastTransitionTime': '2026-11-22T12:00:05Z'}";

  private final PodReader reader = new PodReader();

  private PodFacts read(String pod) {
    return reader.read(view(pod), null, BadText.IGNORED);
  }

  private static PodView view(String pod) {
    return PodView.read(ProtoJson.reader(ProtoJson.pod(pod)));
  }

  /** A bound pod of two containers with this status. */
  private PodFacts bound(String status) {
    return read(
        """
        {'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'shop', 'uid': 'u',
          'creationTimestamp': '2026-11-22T11:59:00Z'},
         'spec': {'nodeName': 'n', 'containers': [{'name': 'a'}, {'name': 'b'}]},
         'status': %s}
        """
            .formatted(status));
  }

  private static long at(String time) {
    return Instant.parse("2026-11-22T" + time + "Z").toEpochMilli();
  }

  @Test
  void read_fullPod_isWhatSchedulingSees() {
    var pod =
        read(
            """
            {'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'shop', 'uid': '7d1c',
              'annotations': {'ballast.dev/estimated-cpu': '750m', 'ballast.dev/warm-up': '90s'}},
             'spec': {'nodeName': 'n', 'schedulerName': 's',
               'overhead': {'cpu': '250m', 'memory': '120Mi'},
               'initContainers': [
                 {'name': 'i', 'resources': {'requests': {'cpu': '5', 'memory': '1Ki'}}},
                 {'name': 'j', 'restartPolicy': 'Always', 'resources': {
                   'requests': {'cpu': 1, 'memory': '1Gi', 'example.com/gpu': '1'},
                   'limits': {'cpu': '1', 'memory': '1Gi'}}}],
               'containers': [{'name': 'a', 'resources': {
                   'requests': {'cpu': '1', 'memory': '1Gi'}, 'limits': {'memory': '2Gi'}}}]},
             'status': {'phase': 'Running', 'nominatedNodeName': 'm', 'conditions': [%s]}}
            """
                .formatted(SCHEDULED));

    var overrides =
        new PodOverrides(
            OptionalDouble.of(0.75), OptionalDouble.empty(), Optional.of(Duration.ofSeconds(90)));
    long gib = 1L << 30;
    long overhead = 120L << 20;
    assertThat(pod)
        .isEqualTo(
            new PodFacts(
                "7d1c",
                "shop",
                "p",
                "s",
                "n",
                false,
                PodFacts.NEVER,
                at("12:00:05"),
                at("12:00:05"),
                new PodResources(5.25, 2 * gib + overhead, 0, 3 * gib + overhead, overrides),
                "m",
                false,
                new PodTopology(
                    new TreeMap<>(Map.of("cpu", 1_000L, "memory", gib, "example.com/gpu", 1L)),
                    Optional.empty(),
                    false,
                    List.of(),
                    Optional.empty(),
                    List.of())));
    assertThat(pod.isLive()).isTrue();
  }

  @Test
  void read_resourcesOfTheWholePod_replaceTheSums() {
    var pod =
        read(
            """
            {'kind': 'Pod', 'metadata': {'name': 'p'}, 'spec': {
              'resources': {'requests': {'cpu': '2'}, 'limits': {'cpu': '4'}},
              'containers': [{'resources': {'requests': {'cpu': '1', 'memory': '1Ki'}}}]}}
            """);

    assertThat(pod.resources()).isEqualTo(new PodResources(2, 1024, 4, 0, PodOverrides.NONE));
  }

  @ParameterizedTest
  @CsvSource({"Succeeded, true", "Failed, true", "Running, false", "Pending, false"})
  void read_phase_saysWhetherItHasEnded(String phase, boolean ended) {
    var pod = bound("{'phase': '" + phase + "', 'conditions': [" + SCHEDULED + "]}");

    assertThat(pod.ended()).isEqualTo(ended);
    assertThat(pod.isLive()).isNotEqualTo(ended);
  }

  @Test
  void read_waitingPod_hasNoTimes() {
    var pod = read("{'kind': 'Pod', 'metadata': {'name': 'p'}, 'spec': null, 'status': null}");

    assertThat(pod.isBound()).isFalse();
    assertThat(pod.isUnschedulable()).isFalse();
    assertThat(pod.boundMillis()).isEqualTo(PodFacts.NEVER);
    assertThat(pod.startMillis()).isEqualTo(PodFacts.NEVER);
    assertThat(pod.resources()).isEqualTo(PodResources.NONE);
  }

  @ParameterizedTest
  @CsvSource({"False, Unschedulable, true", "False, SchedulingGated, false", "True, '', false"})
  void read_notScheduled_isUnschedulableWhenTheSchedulerSaysSo(
      String status, String reason, boolean unschedulable) {
    var pod =
        read(
            """
            {'kind': 'Pod', 'metadata': {'name': 'p'}, 'spec': {}, 'status': {'conditions': [
              {'type': 'Ready', 'status': 'False', 'reason': 'Unschedulable'},
              {'type': 'PodScheduled', 'status': '%s', 'reason': '%s',
               'lastTransitionTime': '2026-11-22T12:00:09Z'}]}}
            """
                .formatted(status, reason));

    assertThat(pod.isUnschedulable()).isEqualTo(unschedulable);
    if (unschedulable) {
      assertThat(pod.unschedulableMillis()).isEqualTo(at("12:00:09"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'startTime': '2026-11-22T12:00:01Z', 'conditions': [{'type': 'PodScheduled', 'status': 'True'}]",
        "'startTime': '2026-11-22T12:00:01Z', 'conditions': null",
        "'startTime': '2026-11-22T12:00:01Z', 'conditions': [{'type': 'PodScheduled', 'status': 'False',"
            + " 'lastTransitionTime': '2026-11-22T12:00:05Z'}]",
      })
  void read_boundWithoutTransition_isBoundWhenTheKubeletTookIt(String status) {
    assertThat(bound("{" + status + "}").boundMillis()).isEqualTo(at("12:00:01"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{'conditions': []}",
        "{'conditions': [{'type': 'PodScheduled', 'status': 'True', 'lastTransitionTime': 'soon'}]}",
      })
  void read_boundWithoutAnyTime_isBoundAtItsCreation(String status) {
    var pod = bound(status);

    assertThat(pod.boundMillis()).isEqualTo(at("11:59:00"));
    assertThat(pod.startMillis()).isEqualTo(at("11:59:00"));
  }

  @Test
  void start_noKubelet_isTheBinding() {
    var pod = bound("{'conditions': [" + SCHEDULED + "]}");

    assertThat(pod.startMillis()).isEqualTo(at("12:00:05"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // taken, but not all containers have started
        "null | never",
        "[] | never",
        "[{'state': {'running': {'startedAt': '2026-11-22T12:01:00Z'}}}] | never",
        "[{'state': {'running': {'startedAt': '2026-11-22T12:01:00Z'}}}, {'state': {'waiting': {}}}] | never",
        "[{'state': {'running': {'startedAt': '2026-11-22T12:01:00Z'}}}, {'state': null}] | never",
        // the newest first start
        "[{'state': {'running': {'startedAt': '2026-11-22T12:01:00Z'}}},"
            + " {'state': {'running': {'startedAt': '2026-11-22T12:02:00Z'}}}] | 12:02:00",
        "[{'state': {'running': {'startedAt': '2026-11-22T12:02:00Z'}}},"
            + " {'state': {'terminated': {'startedAt': '2026-11-22T12:01:00Z'}}}] | 12:02:00",
        // started again: it is not young
        "[{'state': {'running': {'startedAt': '2026-11-22T12:01:00Z'}}},"
            + " {'restartCount': 1, 'state': {'running': {'startedAt': '2026-11-22T14:00:00Z'}}}] | 12:01:00",
        "[{'restartCount': 2, 'state': {'running': {'startedAt': '2026-11-22T14:00:00Z'}}},"
            + " {'restartCount': 1, 'state': {'waiting': {}}}] | 12:00:05",
        // crashed, about to be started again
        "[{'state': {'waiting': {}}, 'lastState': {'terminated': {'startedAt': '2026-11-22T12:03:00Z'}}},"
            + " {'state': {'running': {'startedAt': '2026-11-22T12:01:00Z'}}}] | 12:03:00",
        // ended without having run, and a clock that is behind
        "[{'state': {'terminated': {'startedAt': null}}},"
            + " {'state': {'running': {'startedAt': '2026-11-22T11:00:00Z'}}}] | 12:00:05",
      })
  void start_takenByTheKubelet_isTheNewestFirstStart(String containers, String start) {
    var pod =
        bound(
            "{'startTime': '2026-11-22T12:00:06Z', 'conditions': ["
                + SCHEDULED
                + "], 'containerStatuses': "
                + containers
                + "}");

    assertThat(pod.boundMillis()).isEqualTo(at("12:00:05"));
    assertThat(pod.startMillis()).isEqualTo(start.equals("never") ? PodFacts.NOT_YET : at(start));
  }

  @Test
  void read_wrongTexts_areToldAndCountAsAbsent() {
    var told = new ArrayList<String>();

    var pod =
        reader.read(
            view(
                """
                {'kind': 'Pod', 'metadata': {'name': 'p', 'annotations': {
                  'ballast.dev/estimated-memory': 'much', 'ballast.dev/warm-up': '90'}},
                 'spec': {'containers': [{'resources': {'requests': {'cpu': '1x'}}}]}}
                """),
            null,
            (what, text, why) -> told.add(what + "=" + text + ": " + why));

    assertThat(pod.resources().cpuRequest()).isZero();
    assertThat(pod.resources().overrides()).isEqualTo(PodOverrides.NONE);
    assertThat(told)
        .containsExactlyInAnyOrder(
            "requests.cpu=1x: not a quantity: write one such as 500m, 1.5 or 2Gi",
            "ballast.dev/estimated-memory=much: not a quantity: write one such as 500m, 1.5 or 2Gi",
            "ballast.dev/warm-up=90: without a unit: write 90ms, 90s or 90m");
  }

  @Test
  void read_manyPodsAlike_shareWhatTheyRepeat() {
    String pod =
        "{'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'shop'}, 'spec': {'nodeName': 'n',"
            + " 'schedulerName': 's', 'containers': [{'resources': {'requests': {'cpu': '1'}}}]}}";
    var first = read(pod);
    var second = read(pod);

    assertThat(second.node()).isSameAs(first.node());
    assertThat(second.namespace()).isSameAs(first.namespace());
    assertThat(second.schedulerName()).isSameAs(first.schedulerName());
    assertThat(second.resources()).isSameAs(first.resources());
  }

  @Test
  void read_samePodAgain_sharesItsTexts() {
    String pod = "{'kind': 'Pod', 'metadata': {'name': 'p', 'uid': 'u'}, 'spec': %s}";
    var before = read(pod.formatted("{}"));

    var after = reader.read(view(pod.formatted("{'nodeName': 'n'}")), before, BadText.IGNORED);

    assertThat(after.uid()).isSameAs(before.uid());
    assertThat(after.name()).isSameAs(before.name());
    assertThat(after.node()).isEqualTo("n");
  }
}
