package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every problem of a configuration: where it is told, and in which words. */
final class ConfigurationProblemsTest {
  private static final String HEAD =
      """
      apiVersion: scheduling.ballast.dev/v1alpha1
      kind: BallastConfiguration
      """;

  @ParameterizedTest(name = "{0}")
  @MethodSource("problems")
  void read_mistake_toldWithPlace(String name, String mistake, List<String> told) {
    Checked<BallastConfiguration> configuration =
        ConfigurationReader.read(YamlSource.of("ballast.yaml", HEAD + mistake + "\n"));
    assertThat(configuration.problems().stream().map(Problem::toString))
        .containsExactlyElementsOf(told.stream().map(t -> "ballast.yaml:" + t).toList());
    assertThat(configuration.value().isPresent())
        .isEqualTo(told.stream().noneMatch(t -> t.contains(" error: ")));
  }

  private static Arguments problem(String name, String mistake, String... told) {
    return arguments(name, mistake, List.of(told));
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        problem(
            "unknown section",
            "prometeus: {}",
            "3:1: error: unknown key \"prometeus\": did you mean \"prometheus\"?"),
        problem(
            "section is a text",
            "extender: 9443",
            "3:11: error: extender is the number 9443: give a mapping of keys and values"),
        problem(
            "section is empty",
            "extender:",
            "3:10: error: extender is empty: give a mapping of keys and values"),
        problem(
            "unknown key in a section",
            "extender: {adress: 127.0.0.1}",
            "3:12: error: unknown key \"adress\": did you mean \"address\"?"),
        problem(
            "address with a port",
            "extender: {address: '127.0.0.1:9443'}",
            "3:21: error: address \"127.0.0.1:9443\" is not an address: give an IP address such as 127.0.0.1, without a port"),
        problem(
            "port too large",
            "extender: {port: 70000}",
            "3:18: error: port is 70000, more than 65535: give a value from 0 to 65535"),
        problem(
            "port is a text",
            "extender: {port: '9443'}",
            "3:18: error: port is the text \"9443\": give a whole number without quotes"),
        problem(
            "port negative",
            "operations: {port: -1}",
            "3:20: error: port is -1, less than 0: give a value from 0 to 65535"),
        problem(
            "both on one port",
            "extender: {port: 9444}\noperations: {address: 127.0.0.1}",
            "4:1: error: operations and extender both listen on port 9444: give one of them another port"),
        problem(
            "timeout without a unit",
            "extender: {clientTimeout: 200}",
            "3:27: error: clientTimeout is 200, without a unit: write 200ms, 200s or 200m"),
        problem(
            "timeout too short",
            "extender: {clientTimeout: 5ms}",
            "3:27: error: clientTimeout is 5ms: give a duration of at least 10ms"),
        problem(
            "bind is a verb",
            "extender: {bind: bind}",
            "3:18: error: bind is the text \"bind\": give true or false"),
        problem(
            "size with a wrong unit",
            "extender: {maxRequestBytes: 8MB}",
            "3:29: error: maxRequestBytes is the text \"8MB\": give a size such as 512Ki, 8Mi or 1Gi"),
        problem(
            "size too small",
            "extender: {maxRequestBytes: 1Ki}",
            "3:29: error: maxRequestBytes is 1Ki: give a size from 64Ki to 1024Mi"),
        problem(
            "size too large",
            "prometheus: {maxResponseBytes: 2Gi}",
            "3:32: error: maxResponseBytes is 2Gi: give a size from 64Ki to 1024Mi"),
        problem(
            "url without a scheme",
            "prometheus: {url: 'prometheus:9090'}",
            "3:19: error: url has neither scheme http nor https: write one such as http://prometheus:9090"),
        problem(
            "url with another scheme",
            "prometheus: {url: 'ftp://prometheus'}",
            "3:19: error: url has neither scheme http nor https: write one such as http://prometheus:9090"),
        problem(
            "url that is none",
            "prometheus: {url: 'http://a b'}",
            "3:19: error: url is not a URL: write one such as http://prometheus:9090"),
        problem(
            "url without a host",
            "prometheus: {url: 'http:///x'}",
            "3:19: error: url has no host: write one such as http://prometheus:9090"),
        problem(
            "url with a user",
            "prometheus: {url: 'http://me:secret@prometheus'}",
            "3:19: error: url holds a user, and perhaps a password, for all to read: use username and passwordFile"),
        problem(
            "url with a query",
            "prometheus: {url: 'http://prometheus/?a=b'}",
            "3:19: error: url has a query or a fragment: give the base URL only"),
        problem(
            "url with a wrong port",
            "prometheus: {url: 'http://prometheus:99999'}",
            "3:19: error: url has a port over 65535: correct it"),
        problem(
            "scrape interval too short",
            "prometheus: {scrapeInterval: 10ms}",
            "3:30: error: scrapeInterval is 10ms: give a duration of at least 1s"),
        problem(
            "too few series steps",
            "prometheus: {maxSeriesSteps: 0}",
            "3:30: error: maxSeriesSteps is 0, less than 1000: give a value from 1000 to 2147483647"),
        problem(
            "two secrets",
            "prometheus: {bearerTokenFile: /t, username: u, passwordFile: /p}",
            "3:14: error: bearerTokenFile and username exclude each other: keep one"),
        problem(
            "user without a password",
            "prometheus: {username: u}",
            "3:14: error: username is without a password: add passwordFile"),
        problem(
            "password without a user",
            "prometheus: {passwordFile: /p}",
            "3:14: error: passwordFile is without a user: add username"),
        problem(
            "user with a colon",
            "prometheus: {username: 'a:b', passwordFile: /p}",
            "3:14: error: username has a colon, which basic authentication cannot carry: use another user"),
        problem(
            "header beside a secret",
            "prometheus: {bearerTokenFile: /t, headers: {authorization: x}}",
            "3:35: error: headers has Authorization beside bearerTokenFile or username: keep one"),
        problem(
            "header with a bad name",
            "prometheus: {headers: {'a b': x}}",
            "3:24: error: \"a b\" is not the name of a header: use letters, digits and '-'"),
        problem(
            "header with a line break",
            "prometheus: {headers: {a: \"x\\ny\"}}",
            "3:27: error: the value of header \"a\" is not printable ASCII: remove other characters and line breaks"),
        problem(
            "header is a number",
            "prometheus: {headers: {X-Scope-OrgID: 1}}",
            "3:39: error: X-Scope-OrgID is the number 1: give a text"),
        problem(
            "secret in clear",
            "prometheus: {url: 'http://p', bearerTokenFile: /t}",
            "3:14: warning: url is http, so the secret travels in clear: use https"),
        problem(
            "certificate unchecked",
            "prometheus: {insecureSkipVerify: true}",
            "3:14: warning: insecureSkipVerify takes any certificate, so anybody between can make load up: give the authority's certificate as caFile"),
        problem(
            "authority without use",
            "prometheus: {caFile: /c, insecureSkipVerify: true}",
            "3:14: error: caFile has no meaning with insecureSkipVerify: remove one of the two",
            "3:26: warning: insecureSkipVerify takes any certificate, so anybody between can make load up: give the authority's certificate as caFile"),
        problem(
            "flag is a word",
            "prometheus: {insecureSkipVerify: yes}",
            "3:34: error: insecureSkipVerify is the text \"yes\": give true or false"),
        problem(
            "time zone unknown",
            "annotations: {timeZone: Asia/Shangai}",
            "3:25: error: timeZone is \"Asia/Shangai\", which is not an IANA time zone: write one such as UTC or Asia/Shanghai; did you mean \"Asia/Shanghai\"?"),
        problem(
            "time zone is an offset",
            "annotations: {timeZone: '+08:00'}",
            "3:25: error: timeZone is \"+08:00\", which is not an IANA time zone: write one such as UTC or Asia/Shanghai"),
        problem(
            "change over one",
            "annotations: {minChange: 5}",
            "3:26: error: minChange is 5, more than 1: give a value from 0 to 1"),
        problem(
            "no writes",
            "annotations: {maxWritesPerSecond: 0}",
            "3:35: error: maxWritesPerSecond is 0, less than 1: give a value from 1 to 10000"),
        problem(
            "namespace in capitals",
            "leaderElection: {namespace: Ballast}",
            "3:29: error: namespace \"Ballast\" is not a DNS label: use at most 63 lower case letters, digits and '-'"),
        problem(
            "name with a blank",
            "leaderElection: {name: a b}",
            "3:24: error: name \"a b\" is not a DNS name: use at most 253 lower case letters, digits, '-' and '.', with a letter or digit at either end"),
        problem(
            "lease of a fraction",
            "leaderElection: {leaseDuration: 15500ms}",
            "3:18: error: leaseDuration is 15s500ms, but a Lease holds whole seconds: round it"),
        problem(
            "deadline over the lease",
            "leaderElection: {renewDeadline: 15s}",
            "3:18: error: renewDeadline is 15s, not shorter than leaseDuration, 15s: two would lead at once; give less"),
        problem(
            "retry over the deadline",
            "leaderElection: {retryPeriod: 7s}",
            "3:18: error: retryPeriod is 7s, too long for a renewDeadline of 8s: give 6s666ms or less"),
        problem(
            "preset unknown",
            "metrics: {preset: node_exporter}",
            "3:19: error: preset is the text \"node_exporter\": use crane-rules or node-exporter or none; did you mean \"node-exporter\"?"),
        problem(
            "no sample times",
            "metrics:\n  preset: none\n  definitions:\n    - {name: a, promql: up, resource: cpu, window: 1m}",
            "4:3: error: preset none does not know when a node was last scraped: give metrics.sampleTimes.promql"),
        problem(
            "lookback too short",
            "metrics: {sampleTimes: {lookback: 1m}}",
            "3:25: error: lookback is 1m, shorter than staleAfter, 2m: a node would count as stopped before it is; give 2m or more"),
        problem(
            "label that is none",
            "metrics: {sampleTimes: {label: a-b}}",
            "3:32: error: label \"a-b\" is not a label of Prometheus: use letters, digits and '_'"),
        problem(
            "by unknown",
            "metrics: {sampleTimes: {by: internalIp}}",
            "3:29: error: by is the text \"internalIp\": use any or internalIP or name; did you mean \"internalIP\"?"),
        problem(
            "definition without a name",
            "metrics:\n  definitions:\n    - {promql: up, resource: cpu, window: 1m}",
            "5:7: error: name is missing: add it here"),
        problem(
            "definition twice",
            "metrics:\n  definitions:\n    - {name: a, promql: up, resource: cpu, window: 1m}\n    - {name: a, promql: up, resource: cpu, window: 1m}",
            "6:14: error: the metric \"a\" is defined twice, first in line 5: keep one"),
        problem(
            "definition without a source",
            "metrics:\n  definitions:\n    - {name: a, resource: cpu, window: 1m}",
            "5:7: error: promql is missing: add a query here, or maximumOf with another metric"),
        problem(
            "definition without a resource",
            "metrics:\n  definitions:\n    - {name: a, promql: up, window: 1m}",
            "5:7: error: resource is missing: add it here"),
        problem(
            "definition without a window",
            "metrics:\n  definitions:\n    - {name: a, promql: up, resource: cpu}",
            "5:7: error: window is missing: add it here"),
        problem(
            "definition with two sources",
            "metrics:\n  definitions:\n    - {name: a, promql: up, maximumOf: cpu_usage_avg_5m, window: 1h}",
            "5:17: error: promql and maximumOf exclude each other: keep one"),
        problem(
            "unit unknown",
            "metrics:\n  definitions:\n    - {name: a, promql: up, resource: cpu, window: 1m, unit: percents}",
            "5:62: error: unit is the text \"percents\": use fraction or percent; did you mean \"percent\"?"),
        problem(
            "kind unknown",
            "metrics:\n  definitions:\n    - {name: a, promql: up, resource: cpu, window: 1m, kind: maximum}",
            "5:62: error: kind is the text \"maximum\": use max or mean or quantile or stdev"),
        problem(
            "key unknown in a definition",
            "metrics:\n  definitions:\n    - {name: a, promql: up, resource: cpu, window: 1m, lable: x}",
            "5:56: error: unknown key \"lable\": did you mean \"label\"?"),
        problem(
            "name that is no annotation key",
            "metrics:\n  definitions:\n    - {name: 'a b', promql: up, resource: cpu, window: 1m}",
            "5:14: error: the metric \"a b\" cannot be the key of an annotation: use letters, digits, '-', '_' and '.', with a letter or digit at either end"),
        problem(
            "maximum of an unknown metric",
            "metrics:\n  definitions:\n    - {name: a, maximumOf: cpu_usage_avg_5, window: 1h}",
            "5:28: error: maximumOf names \"cpu_usage_avg_5\", which is not in the catalogue: name another metric or define it; did you mean \"cpu_usage_avg_5m\"?"),
        problem(
            "maximum of a maximum",
            "metrics:\n  definitions:\n    - {name: a, maximumOf: cpu_usage_max_avg_1h, window: 2h}",
            "5:28: error: maximumOf names \"cpu_usage_max_avg_1h\", which is a maximum itself: name a metric with a query"),
        problem(
            "maximum of itself",
            "metrics:\n  definitions:\n    - {name: a, maximumOf: a, window: 2h}",
            "5:28: error: maximumOf names \"a\", which is a maximum itself: name a metric with a query"),
        problem(
            "query of a preset taken away",
            "metrics:\n  definitions:\n    - {name: cpu_usage_avg_5m, maximumOf: mem_usage_avg_5m, window: 2h}",
            "5:14: error: \"cpu_usage_max_avg_1d\" is the maximum of \"cpu_usage_avg_5m\", which has no query of its own now: define both anew",
            "5:14: error: \"cpu_usage_max_avg_1h\" is the maximum of \"cpu_usage_avg_5m\", which has no query of its own now: define both anew"),
        problem(
            "maximum over less than its metric",
            "metrics:\n  definitions:\n    - {name: a, maximumOf: cpu_usage_avg_5m, window: 1m}",
            "5:46: error: window is shorter than that of \"cpu_usage_avg_5m\", 5m: give more"),
        problem(
            "maximum of another kind",
            "metrics:\n  definitions:\n    - {name: a, maximumOf: cpu_usage_avg_5m, window: 1h, kind: mean}",
            "5:64: error: a metric with maximumOf is of kind max: remove kind"),
        problem(
            "maximum of a later maximum",
            "metrics:\n  definitions:\n    - {name: a, maximumOf: b, window: 2h}\n    - {name: b, maximumOf: cpu_usage_avg_5m, window: 1h}",
            "5:28: error: maximumOf names \"b\", which is a maximum itself: name a metric with a query"),
        problem(
            "maximum with a unit",
            "metrics:\n  definitions:\n    - {name: a, maximumOf: cpu_usage_avg_5m, window: 1h, unit: percent}",
            "5:58: error: unit is that of the metric named by maximumOf: remove it"));
  }
}
