package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.ballast.policy.DynamicSchedulerPolicy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every problem of a policy: where it is told, and in which words. */
final class PolicyProblemsTest {
  private static final String GOOD =
      """
      apiVersion: scheduling.ballast.dev/v1alpha1
      kind: DynamicSchedulerPolicy
      spec:
        syncPolicy:
          - name: cpu_usage_avg_5m
            period: 3m
        predicate:
          - name: cpu_usage_avg_5m
            maxLimitPercent: 0.65
        priority:
          - name: cpu_usage_avg_5m
            weight: 1
      """;

  @ParameterizedTest(name = "{0}")
  @MethodSource("problems")
  void read_mistake_toldWithPlace(String name, String good, String mistake, List<String> told) {
    assertThat(GOOD).contains(good);
    Checked<DynamicSchedulerPolicy> policy =
        PolicyReader.read(
            YamlSource.of("policy.yaml", GOOD.replace(good, mistake)),
            Optional.of(BallastConfiguration.DEFAULTS.metrics()));
    assertThat(policy.problems().stream().map(Problem::toString))
        .containsExactlyElementsOf(told.stream().map(t -> "policy.yaml:" + t).toList());
    assertThat(policy.value().isPresent())
        .isEqualTo(told.stream().noneMatch(t -> t.contains(" error: ")));
  }

  private static Arguments problem(String name, String good, String mistake, String... told) {
    return arguments(name, good, mistake, List.of(told));
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        problem(
            "unknown key",
            "      weight: 1",
            "      wieght: 1",
            "11:7: error: weight is missing: add it here",
            "12:7: error: unknown key \"wieght\": did you mean \"weight\"?"),
        problem(
            "unknown key far from all",
            "kind: Dyn",
            "colour: red\nkind: Dyn",
            "2:1: error: unknown key \"colour\": remove it; known here: kind, metadata, apiVersion, spec"),
        problem(
            "metadata beside the name",
            "spec:",
            "metadata:\n  name: x\n  labels: {}\nspec:",
            "5:3: error: unknown key \"labels\": remove it; known here: name"),
        problem(
            "doubled key",
            "      weight: 1",
            "      weight: 1\n      weight: 2",
            "13:7: error: the key \"weight\" occurs twice, first in line 12: keep one"),
        problem(
            "key that is no text",
            "      weight: 1",
            "      weight: 1\n      [a]: 2",
            "13:7: error: a key is not a text: write key: value"),
        problem(
            "wrong kind",
            "DynamicSchedulerPolicy",
            "Pod",
            "2:7: error: kind is \"Pod\": use DynamicSchedulerPolicy"),
        problem(
            "wrong apiVersion",
            "dev/v1alpha1",
            "dev/v1",
            "1:13: error: apiVersion is \"scheduling.ballast.dev/v1\": use scheduling.ballast.dev/v1alpha1 or scheduler.policy.crane.io/v1alpha1"),
        problem(
            "missing kind",
            "kind: DynamicSchedulerPolicy\n",
            "",
            "1:1: error: kind is missing: add it here"),
        problem(
            "missing apiVersion",
            "apiVersion: scheduling.ballast.dev/v1alpha1\n",
            "",
            "1:1: error: apiVersion is missing: add it here"),
        problem(
            "empty kind",
            "kind: DynamicSchedulerPolicy",
            "kind:",
            "2:6: error: kind is empty: give a text"),
        problem(
            "sync list is a mapping",
            "  syncPolicy:\n    - name: cpu_usage_avg_5m\n      period: 3m",
            "  syncPolicy:\n    name: cpu_usage_avg_5m",
            "5:5: error: syncPolicy is a mapping: give a list"),
        problem(
            "sync entry is a text",
            "    - name: cpu_usage_avg_5m\n      period: 3m",
            "    - cpu_usage_avg_5m",
            "5:7: error: syncPolicy[0] is the text \"cpu_usage_avg_5m\": give a mapping of keys and values"),
        problem(
            "no sync policy",
            "  syncPolicy:\n    - name: cpu_usage_avg_5m\n      period: 3m\n",
            "",
            "4:3: error: syncPolicy is missing: add it here"),
        problem(
            "empty sync policy",
            "  syncPolicy:\n    - name: cpu_usage_avg_5m\n      period: 3m",
            "  syncPolicy: []",
            "4:15: error: syncPolicy is without a metric: add one with its name and period"),
        problem(
            "metric twice in sync",
            "      period: 3m",
            "      period: 3m\n    - name: cpu_usage_avg_5m\n      period: 5m",
            "7:13: error: the metric \"cpu_usage_avg_5m\" is twice in spec.syncPolicy, first in line 5: keep one"),
        problem(
            "metric twice in predicate",
            "Percent: 0.65",
            "Percent: 0.65\n    - name: cpu_usage_avg_5m\n      maxLimitPercent: 0.7",
            "10:13: error: the metric \"cpu_usage_avg_5m\" is twice in spec.predicate, first in line 8: keep one"),
        problem(
            "metric twice in priority",
            "weight: 1",
            "weight: 1\n    - name: cpu_usage_avg_5m\n      weight: 2",
            "13:13: error: the metric \"cpu_usage_avg_5m\" is twice in spec.priority, first in line 11: keep one"),
        problem(
            "name missing",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - weight",
            "11:7: error: name is missing: add it here"),
        problem(
            "name empty",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: \"\"\n      weight",
            "11:13: error: name is empty: give a text"),
        problem(
            "name is a number",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: 5\n      weight",
            "11:13: error: name is the number 5: give a text"),
        problem(
            "name too long",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n      weight",
            "11:13: error: the metric \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" cannot be the key of an annotation: 64 characters, more than 63; use a shorter name"),
        problem(
            "name with a blank",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: cpu usage\n      weight",
            "11:13: error: the metric \"cpu usage\" cannot be the key of an annotation: use letters, digits, '-', '_' and '.', with a letter or digit at either end"),
        problem(
            "name with a bad prefix",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: Foo_/cpu\n      weight",
            "11:13: error: the metric \"Foo_/cpu\" cannot be the key of an annotation: what is before the slash must be a DNS name in lower case"),
        problem(
            "name is the hot value's",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: node_hot_value\n      weight",
            "11:13: error: the metric \"node_hot_value\" is the key of an annotation that is no metric: use another name"),
        problem(
            "name is the stale mark's",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: ballast.dev/load-stale-since\n      weight",
            "11:13: error: the metric \"ballast.dev/load-stale-since\" is the key of an annotation that is no metric: use another name"),
        problem(
            "predicate without sync",
            "    - name: cpu_usage_avg_5m\n      maxL",
            "    - name: cpu_usage_avg_5\n      maxL",
            "8:13: error: the metric \"cpu_usage_avg_5\" has no sync period: add it to spec.syncPolicy; did you mean \"cpu_usage_avg_5m\"?"),
        problem(
            "priority without sync",
            "    - name: cpu_usage_avg_5m\n      weight",
            "    - name: other\n      weight",
            "11:13: error: the metric \"other\" has no sync period: add it to spec.syncPolicy"),
        problem(
            "period missing",
            "\n      period: 3m",
            "",
            "5:7: error: period is missing: add it here"),
        problem(
            "period is a bare number",
            "period: 3m",
            "period: 180",
            "6:15: error: period is 180, without a unit: write 180ms, 180s or 180m"),
        problem(
            "period is a quoted bare number",
            "period: 3m",
            "period: \"180\"",
            "6:15: error: period is 180, without a unit: write 180ms, 180s or 180m"),
        problem(
            "period in days",
            "period: 3m",
            "period: 1d",
            "6:15: error: period is 1d, \"d\" is not a unit: use ms, s, m or h; a day is 24h"),
        problem(
            "period is a word",
            "period: 3m",
            "period: often",
            "6:15: error: period is often, not a duration: write one such as 90s, 15m or 1h30m"),
        problem(
            "period is negative",
            "period: 3m",
            "period: -3m",
            "6:15: error: period is -3m, negative: write a duration such as 90s, 15m or 1h30m"),
        problem(
            "period is empty",
            "period: 3m",
            "period:",
            "6:14: error: period is empty: give a duration such as 90s, 15m or 1h30m"),
        problem(
            "period is a list",
            "period: 3m",
            "period: [3m]",
            "6:15: error: period is a list: give a duration such as 90s, 15m or 1h30m"),
        problem(
            "period under a second",
            "period: 3m",
            "period: 999ms",
            "6:15: error: period is 999ms: give a duration of at least 1s"),
        problem(
            "period beyond Go's range",
            "period: 3m",
            "period: 9999999h",
            "6:15: error: period is 9999999h, longer than 292 years: write a shorter one"),
        problem(
            "staleAfter not over the period",
            "period: 3m",
            "period: 3m\n      staleAfter: 3m",
            "7:19: error: staleAfter is 3m, not longer than the period of 3m: each reading would be stale before the next one; give more, such as 6m"),
        problem(
            "limit missing",
            "\n      maxLimitPercent: 0.65",
            "",
            "8:7: error: maxLimitPercent is missing: add it here, for example maxLimitPercent: 0.65"),
        problem(
            "limit is a quoted number",
            "Percent: 0.65",
            "Percent: \"0.65\"",
            "9:24: error: maxLimitPercent is the text \"0.65\": give a decimal number such as 0.65 without quotes"),
        problem(
            "limit is a word",
            "Percent: 0.65",
            "Percent: high",
            "9:24: error: maxLimitPercent is the text \"high\": give a decimal number such as 0.65"),
        problem(
            "limit is a percent",
            "Percent: 0.65",
            "Percent: 65%",
            "9:24: error: maxLimitPercent is the text \"65%\": give a decimal number such as 0.65"),
        problem(
            "limit over one",
            "Percent: 0.65",
            "Percent: 65",
            "9:24: error: maxLimitPercent is 65, more than 1: give a value from 0 to 1"),
        problem(
            "limit a little over one",
            "Percent: 0.65",
            "Percent: 1.0001",
            "9:24: error: maxLimitPercent is 1.0001, more than 1: give a value from 0 to 1"),
        problem(
            "limit negative",
            "Percent: 0.65",
            "Percent: -0.5",
            "9:24: error: maxLimitPercent is -0.5, less than 0: give a value from 0 to 1"),
        problem(
            "limit is NaN",
            "Percent: 0.65",
            "Percent: .nan",
            "9:24: error: maxLimitPercent is .nan, not a finite number: give a value from 0 to 1"),
        problem(
            "limit is infinite",
            "Percent: 0.65",
            "Percent: .inf",
            "9:24: error: maxLimitPercent is .inf, not a finite number: give a value from 0 to 1"),
        problem(
            "limit overflows",
            "Percent: 0.65",
            "Percent: 1e999",
            "9:24: error: maxLimitPercent is 1e999, not a finite number: give a value from 0 to 1"),
        problem(
            "limit is empty",
            "Percent: 0.65",
            "Percent:",
            "9:23: error: maxLimitPercent is empty: give a decimal number such as 0.65"),
        problem(
            "limit in both spellings",
            "maxLimitPercent: 0.65",
            "maxLimitPercent: 0.65\n      maxLimitPecent: 0.65",
            "9:7: error: maxLimitPecent and maxLimitPercent are two spellings of one key: keep one"),
        problem(
            "weight missing",
            "\n      weight: 1",
            "",
            "11:7: error: weight is missing: add it here"),
        problem(
            "weight negative",
            "weight: 1",
            "weight: -1",
            "12:15: error: weight is -1, less than 0: give 0 or more"),
        problem(
            "weight is NaN",
            "weight: 1",
            "weight: .NaN",
            "12:15: error: weight is .NaN, not a finite number: give 0 or more"),
        problem(
            "weight is infinite",
            "weight: 1",
            "weight: -.inf",
            "12:15: error: weight is -.inf, not a finite number: give 0 or more"),
        problem(
            "weight is true",
            "weight: 1",
            "weight: true",
            "12:15: error: weight is true: give a decimal number such as 0.65"),
        problem(
            "weights all zero",
            "weight: 1",
            "weight: 0.0",
            "11:5: error: all weights are 0, so no node can be ranked: give at least one more than 0"),
        problem(
            "hot value count zero",
            "weight: 1",
            "weight: 1\n  hotValue:\n    - timeRange: 5m\n      count: 0",
            "15:14: error: count is 0, less than 1: give a value from 1 to 2147483647"),
        problem(
            "hot value count a fraction",
            "weight: 1",
            "weight: 1\n  hotValue:\n    - timeRange: 5m\n      count: 1.5",
            "15:14: error: count is the number 1.5: give a whole number"),
        problem(
            "hot value count too large",
            "weight: 1",
            "weight: 1\n  hotValue:\n    - timeRange: 5m\n      count: 99999999999",
            "15:14: error: count is 99999999999, more than 2147483647: give a value from 1 to 2147483647"),
        problem(
            "hot value without count",
            "weight: 1",
            "weight: 1\n  hotValue:\n    - timeRange: 5m",
            "14:7: error: count is missing: add it here"),
        problem(
            "hot value range too short",
            "weight: 1",
            "weight: 1\n  hotValue:\n    - timeRange: 0s\n      count: 1",
            "14:18: error: timeRange is 0s: give a duration of at least 1s"),
        problem(
            "no scheduler names",
            "spec:",
            "spec:\n  schedulerNames: []",
            "4:19: error: schedulerNames is without a name, so no pod would be ours: name a scheduler or remove the key"),
        problem(
            "scheduler names is a text",
            "spec:",
            "spec:\n  schedulerNames: mine",
            "4:19: error: schedulerNames is the text \"mine\": give a list"),
        problem(
            "scheduler name empty",
            "spec:",
            "spec:\n  schedulerNames: [mine, '']",
            "4:26: error: schedulerNames[1] is empty: give a text"),
        problem(
            "scheduler name twice",
            "spec:",
            "spec:\n  schedulerNames: [mine, mine]",
            "4:26: error: the scheduler \"mine\" is twice in schedulerNames, first in line 4: keep one"),
        problem(
            "missingData unknown",
            "spec:",
            "spec:\n  missingData: renormalize",
            "4:16: error: missingData is the text \"renormalize\": use crane or median or renormalise; did you mean \"renormalise\"?"),
        problem(
            "spec is empty",
            "spec:\n  syncPolicy:\n    - name: cpu_usage_avg_5m\n      period: 3m\n  predicate:\n    - name: cpu_usage_avg_5m\n      maxLimitPercent: 0.65\n  priority:\n    - name: cpu_usage_avg_5m\n      weight: 1\n",
            "spec:\n",
            "3:6: error: spec is empty: give a mapping of keys and values"),
        problem(
            "spec missing",
            "spec:\n  syncPolicy:\n    - name: cpu_usage_avg_5m\n      period: 3m\n  predicate:\n    - name: cpu_usage_avg_5m\n      maxLimitPercent: 0.65\n  priority:\n    - name: cpu_usage_avg_5m\n      weight: 1\n",
            "",
            "1:1: error: spec is missing: add it here"),
        problem(
            "our key in crane's form: missingData",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  missingData: crane",
            "4:3: error: missingData exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: schedulerNames",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  schedulerNames: [x]",
            "4:3: error: schedulerNames exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: strategy",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  strategy: {type: weighted}",
            "4:3: error: strategy exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: spread",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  spread: absolute",
            "4:3: error: spread exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: scoreMax",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  scoreMax: 10",
            "4:3: error: scoreMax exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: shortlist",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  shortlist: 0",
            "4:3: error: shortlist exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: whenAllOverloaded",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  whenAllOverloaded: reject",
            "4:3: error: whenAllOverloaded exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: maxRefusedShare",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  maxRefusedShare: 1",
            "4:3: error: maxRefusedShare exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: states",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  states: {}",
            "4:3: error: states exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: windowFallback",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  windowFallback: false",
            "4:3: error: windowFallback exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: clockTolerance",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  clockTolerance: 2m",
            "4:3: error: clockTolerance exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: inFlight",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  inFlight: {}",
            "4:3: error: inFlight exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: breaker",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  breaker: {}",
            "4:3: error: breaker exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "our key in crane's form: topology",
            "scheduling.ballast.dev/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:",
            "scheduler.policy.crane.io/v1alpha1\nkind: DynamicSchedulerPolicy\nspec:\n  topology: {}",
            "4:3: error: topology exists only under apiVersion scheduling.ballast.dev/v1alpha1: remove it or use that apiVersion"),
        problem(
            "strategy is a text",
            "spec:",
            "spec:\n  strategy: weighted",
            "4:13: error: strategy is the text \"weighted\": give a mapping of keys and values"),
        problem(
            "strategy without type",
            "spec:",
            "spec:\n  strategy: {}",
            "4:13: error: type is missing: add it here"),
        problem(
            "strategy unknown",
            "spec:",
            "spec:\n  strategy: {type: leastused}",
            "4:20: error: type is the text \"leastused\": use headroom or leastUsed or meanRisk or targetPacking or weighted; did you mean \"leastUsed\"?"),
        problem(
            "parameter of another strategy",
            "spec:",
            "spec:\n  strategy: {type: weighted, target: 0.4}",
            "4:30: error: unknown key \"target\": remove it; known here: type"),
        problem(
            "spread unknown",
            "spec:",
            "spec:\n  spread: candidate",
            "4:11: error: spread is the text \"candidate\": use absolute or candidates; did you mean \"candidates\"?"),
        problem(
            "scoreMax too small",
            "spec:",
            "spec:\n  scoreMax: 5",
            "4:13: error: scoreMax is 5, less than 10: give a value from 10 to 100"),
        problem(
            "scoreMax too large",
            "spec:",
            "spec:\n  scoreMax: 101",
            "4:13: error: scoreMax is 101, more than 100: give a value from 10 to 100"),
        problem(
            "shortlist negative",
            "spec:",
            "spec:\n  shortlist: -1",
            "4:14: error: shortlist is -1, less than 0: give a value from 0 to 15000"),
        problem(
            "shortlist short",
            "spec:",
            "spec:\n  shortlist: 3",
            "4:3: warning: a shortlist of 3 leaves kube-scheduler's own plugins little to choose from: give 8 or more, or 0 for all nodes"),
        problem(
            "whenAllOverloaded unknown",
            "spec:",
            "spec:\n  whenAllOverloaded: wait",
            "4:22: error: whenAllOverloaded is the text \"wait\": use leastOverloaded or reject"),
        problem(
            "maxRefusedShare in percent",
            "spec:",
            "spec:\n  maxRefusedShare: 80",
            "4:20: error: maxRefusedShare is 80, more than 1: give a value from 0 to 1"),
        problem(
            "state unknown",
            "spec:",
            "spec:\n  states: {fresh: {filter: pass}}",
            "4:12: error: unknown key \"fresh\": remove it; known here: stale, missing, implausible"),
        problem(
            "state effect unknown",
            "spec:",
            "spec:\n  states: {stale: {filter: lastKnown}}",
            "4:28: error: filter is the text \"lastKnown\": use last-known or pass or reject; did you mean \"last-known\"?"),
        problem(
            "state score unknown",
            "spec:",
            "spec:\n  states: {stale: {score: last-known}}",
            "4:27: error: score is the text \"last-known\": use crane or median or renormalise"),
        problem(
            "score of a state and missingData",
            "spec:",
            "spec:\n  missingData: median\n  states: {missing: {filter: pass, score: crane}}",
            "5:36: error: score is set for all states by missingData, too: keep one of the two"),
        problem(
            "windowFallback is a text",
            "spec:",
            "spec:\n  windowFallback: on",
            "4:19: error: windowFallback is the text \"on\": give true or false"),
        problem(
            "clockTolerance without unit",
            "spec:",
            "spec:\n  clockTolerance: 120",
            "4:19: error: clockTolerance is 120, without a unit: write 120ms, 120s or 120m"),
        problem(
            "inFlight factor of 0",
            "spec:",
            "spec:\n  inFlight: {cpuFactor: 0}",
            "4:25: error: cpuFactor is 0, less than 0.01: give a value from 0.01 to 10"),
        problem(
            "inFlight burst cap below 1",
            "spec:",
            "spec:\n  inFlight: {burstCap: 0.5}",
            "4:24: error: burstCap is 0.5, less than 1: give 1 or more"),
        problem(
            "inFlight default no quantity",
            "spec:",
            "spec:\n  inFlight: {defaultCPU: 250x}",
            "4:26: error: defaultCPU is 250x, not a quantity: write one such as 500m, 1.5 or 2Gi"),
        problem(
            "inFlight default a list",
            "spec:",
            "spec:\n  inFlight: {defaultMemory: []}",
            "4:29: error: defaultMemory is a list: give a quantity such as 250m, 1.5 or 200Mi"),
        problem(
            "inFlight unknown key",
            "spec:",
            "spec:\n  inFlight: {defaultCpu: 1}",
            "4:14: error: unknown key \"defaultCpu\": did you mean \"defaultCPU\"?"),
        problem(
            "breaker silence below life",
            "spec:",
            "spec:\n  breaker: {silence: 7m59s}",
            "4:22: error: silence is 7m59s, shorter than the shortest staleAfter, 8m: readings would still be fresh; give 8m or more"),
        problem(
            "breaker memory below silence",
            "spec:",
            "spec:\n  breaker: {memory: 1m}",
            "4:13: error: memory is 1m, shorter than silence, 10m: nodes would be forgotten before their silence counts; give 10m or more"),
        problem(
            "breaker share over 1",
            "spec:",
            "spec:\n  breaker: {lostShare: 50}",
            "4:24: error: lostShare is 50, more than 1: give a value from 0 to 1"),
        problem(
            "topology is a switch",
            "spec:",
            "spec:\n  topology: true",
            "4:13: error: topology is true: give a mapping of keys and values"),
        problem(
            "topology enabled is a text",
            "spec:",
            "spec:\n  topology: {enabled: on}",
            "4:23: error: enabled is the text \"on\": give true or false"),
        problem(
            "topology weight in percent",
            "spec:",
            "spec:\n  topology: {weight: 50}",
            "4:22: error: weight is 50, more than 1: give a value from 0 to 1"),
        problem(
            "topology preference unknown",
            "spec:",
            "spec:\n  topology: {prefer: mostfree}",
            "4:22: error: prefer is the text \"mostfree\": use leastFree or mostFree; did you mean \"mostFree\"?"),
        problem(
            "topology late result is a number",
            "spec:",
            "spec:\n  topology: {lateResult: 1}",
            "4:26: error: lateResult is the number 1: give true or false"),
        problem(
            "topology unknown key",
            "spec:",
            "spec:\n  topology: {lateResults: true}",
            "4:14: error: unknown key \"lateResults\": did you mean \"lateResult\"?"),
        problem(
            "all weights of leastUsed zero",
            "  priority:\n    - name: cpu_usage_avg_5m\n      weight: 1\n",
            "  strategy: {type: leastUsed, cpuWeight: 0, memoryWeight: 0}\n",
            "10:13: error: all weights are 0, so no node can be ranked: give at least one more than 0"),
        problem(
            "target of 1",
            "  priority:\n    - name: cpu_usage_avg_5m\n      weight: 1\n",
            "  strategy: {type: targetPacking, target: 1}\n",
            "10:43: error: target is 1, more than 0.99: give a value from 0.01 to 0.99"),
        problem(
            "meanRisk without a deviation",
            "  priority:\n    - name: cpu_usage_avg_5m\n      weight: 1\n",
            "  strategy: {type: meanRisk}\n",
            "10:13: error: the strategy meanRisk needs metrics of the kinds mean and stdev for cpu or memory, which syncPolicy has not: add what is missing there, and to metrics.definitions of the configuration if it is not in the catalogue"),
        problem(
            "priority beside another strategy",
            "spec:",
            "spec:\n  strategy: {type: leastUsed}",
            "11:3: warning: priority does not count under the strategy leastUsed: remove it, or use the strategy weighted"),
        problem(
            "limit of zero",
            "Percent: 0.65",
            "Percent: 0",
            "9:24: warning: a limit of 0 switches the limit off: remove the entry or give a limit"),
        problem(
            "low limit",
            "Percent: 0.65",
            "Percent: 0.05",
            "9:24: warning: a limit of 0.05 refuses nodes that are nearly idle: give a fraction of capacity such as 0.65"),
        problem(
            "metric that nobody uses",
            "      period: 3m",
            "      period: 3m\n    - name: mem_usage_avg_5m\n      period: 3m",
            "7:13: warning: the metric \"mem_usage_avg_5m\" is read, but nothing limits or scores it: remove it or use it"),
        problem(
            "period over the window",
            "period: 3m",
            "period: 301s",
            "6:15: warning: period is longer than the window of the metric, 5m, so load between two readings is never seen: give 5m or less"),
        problem(
            "metric not in the catalogue",
            "cpu_usage_avg_5m",
            "cpu_usage_avg_5n",
            "5:13: warning: the metric \"cpu_usage_avg_5n\" is not in the catalogue, so Ballast's annotator does not read it: add it to metrics.definitions of the configuration, or let somebody else write the annotation; did you mean \"cpu_usage_avg_5m\"?"),
        problem(
            "no predicate",
            "  predicate:\n    - name: cpu_usage_avg_5m\n      maxLimitPercent: 0.65\n",
            "",
            "4:3: warning: there is no predicate, so no node is ever refused: add a limit"),
        problem(
            "empty predicate",
            "  predicate:\n    - name: cpu_usage_avg_5m\n      maxLimitPercent: 0.65\n",
            "  predicate: []\n",
            "7:3: warning: there is no predicate, so no node is ever refused: add a limit"),
        problem(
            "no priority",
            "  priority:\n    - name: cpu_usage_avg_5m\n      weight: 1\n",
            "",
            "4:3: warning: there is no priority, so no node is preferred: add a weight"),
        problem(
            "hot value in our form",
            "weight: 1",
            "weight: 1\n  hotValue:\n    - timeRange: 5m\n      count: 5",
            "13:3: warning: hotValue and inFlight both count recent bindings, so these count twice: remove hotValue, or set inFlight.enabled to false"),
        problem(
            "hot value in our form without pods in flight",
            "weight: 1",
            "weight: 1\n  inFlight: {enabled: false}\n  hotValue:\n    - timeRange: 5m\n      count: 5",
            "14:3: warning: hotValue punishes recent bindings with a fixed amount and is off by default under this apiVersion: keep it only if crane's annotator or Ballast writes node_hot_value"),
        problem(
            "default-scheduler",
            "spec:",
            "spec:\n  schedulerNames: [default-scheduler]",
            "4:3: warning: schedulerNames has default-scheduler, so every pod that names no scheduler is judged: name a scheduler of its own unless that is meant"),
        problem(
            "long staleAfter",
            "period: 3m",
            "period: 3m\n      staleAfter: 541s",
            "7:19: warning: staleAfter is 9m1s, more than 3 periods: old readings pass for fresh; give 9m or less"));
  }
}
