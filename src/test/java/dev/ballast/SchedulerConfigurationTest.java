package dev.ballast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Every shipped KubeSchedulerConfiguration calls Ballast in the one way that is cheap and safe. */
@NullMarked
final class SchedulerConfigurationTest {
  private static final Path SCHEDULER_CONFIG = Path.of("scheduler-config");
  private static final Path DEPLOY = Path.of("deploy");
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(50);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMillis(500);
  private static final Duration SHORTEST_BINDING = Duration.ofSeconds(2);
  private static final Duration LONGEST_BINDING = Duration.ofSeconds(30);
  private static final int LONGEST_PAUSE_SECONDS = 30;
  private static final String FEATURES = "--feature-gates=SchedulerPopFromBackoffQ=false";
  private static final Set<String> BINDER_FIELDS =
      Set.of(
          "urlPrefix", "bindVerb", "httpTimeout", "ignorable", "nodeCacheCapable", "enableHTTPS");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s)");

  private static final String GOOD =
      """
      apiVersion: kubescheduler.config.k8s.io/v1
      kind: KubeSchedulerConfiguration
      extenders:
      - urlPrefix: http://127.0.0.1:9443/v1
        filterVerb: filter
        prioritizeVerb: prioritize
        weight: 5
        nodeCacheCapable: true
        ignorable: true
        httpTimeout: 200ms
      """;

  private static final String BINDER =
      """
      - urlPrefix: http://127.0.0.1:9443/v1
        bindVerb: bind
        nodeCacheCapable: true
        ignorable: true
        httpTimeout: 5s
      """;

  /** A configuration and where it was found. */
  private record Shipped(String place, Map<?, ?> configuration) {
    @Override
    public String toString() {
      return place;
    }
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void check_shippedConfiguration_findsNothing(Shipped shipped) {
    assertThat(problems(shipped.configuration())).isEmpty();
  }

  @Test
  void search_repository_findsEachShapeOfInstallation() throws IOException {
    assertThat(shipped())
        .extracting(Shipped::place)
        .contains(
            "scheduler-config/second-scheduler.yaml",
            "scheduler-config/control-plane.yaml",
            "scheduler-config/topology.yaml",
            "deploy/second-scheduler/kube-scheduler.yaml",
            "deploy/topology/kube-scheduler.yaml");
  }

  @Test
  void search_configMap_findsTheConfigurationInside() {
    String configMap =
        "kind: ConfigMap\ndata:\n  config.yaml: |\n" + GOOD.indent(4) + "  other: 'text: ['\n";
    assertThat(configurationsIn("x.yaml", configMap))
        .extracting(Shipped::place)
        .containsExactly("x.yaml, config.yaml");
  }

  @Test
  void shipped_longestPause_isTheSameEverywhere() throws IOException {
    for (Shipped each : shipped()) {
      assertThat(each.configuration().get("podMaxBackoffSeconds"))
          .as(each.place())
          .isEqualTo(LONGEST_PAUSE_SECONDS);
    }
  }

  @Test
  void deploy_secondScheduler_isStartedAsTheLocalClusterStartsIt() throws IOException {
    assertThat(Files.readString(DEPLOY.resolve("second-scheduler/scheduler.yaml")))
        .contains("- " + FEATURES);
    assertThat(Files.readString(DEPLOY.resolve("local/cluster"))).contains(" " + FEATURES);
  }

  @Test
  void check_goodConfiguration_findsNothing() {
    assertThat(problems(only(GOOD))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "nodeCacheCapable: true, nodeCacheCapable: false, nodeCacheCapable",
    "  nodeCacheCapable: true, '', nodeCacheCapable",
    "ignorable: true, ignorable: false, ignorable",
    "  ignorable: true, '', ignorable",
    "httpTimeout: 200ms, httpTimeout: 49ms, httpTimeout",
    "httpTimeout: 200ms, httpTimeout: 501ms, httpTimeout",
    "httpTimeout: 200ms, httpTimeout: 5s, httpTimeout",
    "httpTimeout: 200ms, httpTimeout: -1s, httpTimeout",
    "httpTimeout: 200ms, httpTimeout: 200, httpTimeout",
    "  httpTimeout: 200ms, '', httpTimeout",
    "weight: 5, weight: 0, weight",
    "  weight: 5, '', weight",
    "  filterVerb: filter, '', filterVerb",
    "  prioritizeVerb: prioritize, '', prioritizeVerb",
    "filterVerb: filter, 'filterVerb: \"\"', filterVerb",
    "ignorable: true, 'ignorable: true\n  bindVerb: bind', bindVerb",
  })
  void check_brokenConfiguration_namesTheField(String part, String replacement, String field) {
    assertThat(GOOD).contains(part.strip());
    String broken = GOOD.replace(part.strip(), replacement.strip());
    assertThat(problems(only(broken))).singleElement().asString().startsWith(field + " is ");
  }

  @ParameterizedTest
  @CsvSource({
    "bindVerb: bind, bindVerb: binding, bindVerb",
    "nodeCacheCapable: true, nodeCacheCapable: false, nodeCacheCapable",
    "ignorable: true, ignorable: false, ignorable",
    "httpTimeout: 5s, httpTimeout: 200ms, httpTimeout",
    "httpTimeout: 5s, httpTimeout: 31s, httpTimeout",
    "'urlPrefix: http://127.0.0.1:9443/v1', 'urlPrefix: http://127.0.0.1:9443', urlPrefix",
    "bindVerb: bind, 'bindVerb: bind\n  weight: 5', weight",
    "bindVerb: bind, 'bindVerb: bind\n  managedResources: [{name: x/y}]', managedResources",
  })
  void check_brokenBinder_namesTheField(String part, String replacement, String field) {
    assertThat(BINDER).contains(part);
    assertThat(problems(only(GOOD + BINDER))).isEmpty();
    assertThat(problems(only(GOOD + BINDER.replace(part, replacement))))
        .singleElement()
        .asString()
        .startsWith(field + " is ");
  }

  @Test
  void check_binderOfPodsThatNameAResource_bindsOthersToo() {
    String marked =
        GOOD.replace("weight: 5", "weight: 5\n  managedResources: [{name: x/y}]") + BINDER;
    assertThat(problems(only(marked))).singleElement().asString().startsWith("managedResources");
  }

  @Test
  void check_configurationWithoutExtender_saysSo() {
    String none = GOOD.substring(0, GOOD.indexOf("extenders:"));
    assertThat(problems(only(none))).containsExactly("extenders is null, must not be empty");
  }

  private static List<Shipped> shipped() throws IOException {
    List<Shipped> found = new ArrayList<>();
    for (Path root : List.of(SCHEDULER_CONFIG, DEPLOY)) {
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(file -> file.toString().matches(".*\\.ya?ml"))
            .sorted()
            .forEach(file -> found.addAll(configurationsIn(file.toString(), read(file))));
      }
    }
    return found;
  }

  private static List<Shipped> configurationsIn(String place, String text) {
    List<Shipped> found = new ArrayList<>();
    Load load = new Load(LoadSettings.builder().setLabel(place).build());
    for (@Nullable Object document : load.loadAllFromString(text)) {
      if (!(document instanceof Map<?, ?> map)) {
        continue;
      }
      if ("KubeSchedulerConfiguration".equals(map.get("kind"))) {
        found.add(new Shipped(place, map));
      } else if ("ConfigMap".equals(map.get("kind")) && map.get("data") instanceof Map<?, ?> data) {
        data.forEach(
            (key, value) -> {
              if (value instanceof String inner && inner.contains("KubeSchedulerConfiguration")) {
                found.addAll(configurationsIn(place + ", " + key, inner));
              }
            });
      }
    }
    return found;
  }

  private static Map<?, ?> only(String text) {
    List<Shipped> found = configurationsIn("text", text);
    assertThat(found).hasSize(1);
    return found.get(0).configuration();
  }

  /** What is wrong with the extenders of a configuration, one sentence a field. */
  private static List<String> problems(Map<?, ?> configuration) {
    if (!(configuration.get("extenders") instanceof List<?> extenders) || extenders.isEmpty()) {
      return List.of(
          "extenders is %s, must not be empty".formatted(configuration.get("extenders")));
    }
    List<String> problems = new ArrayList<>();
    Map<?, ?> first = fields(extenders.get(0));
    for (Object extender : extenders) {
      Map<?, ?> fields = fields(extender);
      boolean binder = fields.containsKey("bindVerb") && !fields.containsKey("filterVerb");
      (binder ? ofBinder(fields, first) : ofJudge(fields))
          .forEach(
              (field, holds) -> {
                if (!holds) {
                  problems.add("%s is %s".formatted(field, fields.get(field)));
                }
              });
    }
    return problems;
  }

  private static Map<?, ?> fields(@Nullable Object extender) {
    return extender instanceof Map<?, ?> map ? map : Map.of();
  }

  /** By field, whether it is good in an entry by which nodes are judged. */
  private static Map<String, Boolean> ofJudge(Map<?, ?> fields) {
    Map<String, Boolean> good = new LinkedHashMap<>();
    good.put("nodeCacheCapable", Boolean.TRUE.equals(fields.get("nodeCacheCapable")));
    good.put("ignorable", Boolean.TRUE.equals(fields.get("ignorable")));
    good.put("httpTimeout", isTimeout(fields, SHORTEST_TIMEOUT, LONGEST_TIMEOUT));
    good.put("weight", fields.get("weight") instanceof Integer weight && weight > 0);
    good.put("filterVerb", fields.get("filterVerb") instanceof String s && !s.isEmpty());
    good.put("prioritizeVerb", fields.get("prioritizeVerb") instanceof String s && !s.isEmpty());
    good.put("bindVerb", !fields.containsKey("bindVerb"));
    return good;
  }

  /** By field, whether it is good in an entry by which pods are bound only. */
  private static Map<String, Boolean> ofBinder(Map<?, ?> fields, Map<?, ?> judge) {
    Map<String, Boolean> good = new LinkedHashMap<>();
    good.put("urlPrefix", Objects.equals(fields.get("urlPrefix"), judge.get("urlPrefix")));
    good.put("bindVerb", "bind".equals(fields.get("bindVerb")));
    good.put("nodeCacheCapable", Boolean.TRUE.equals(fields.get("nodeCacheCapable")));
    good.put("ignorable", Boolean.TRUE.equals(fields.get("ignorable")));
    good.put("httpTimeout", isTimeout(fields, SHORTEST_BINDING, LONGEST_BINDING));
    good.put("managedResources", !judge.containsKey("managedResources"));
    fields.keySet().stream()
        .map(String::valueOf)
        .filter(field -> !BINDER_FIELDS.contains(field))
        .forEach(field -> good.put(field, false));
    return good;
  }

  private static boolean isTimeout(Map<?, ?> fields, Duration least, Duration most) {
    Matcher matcher =
        DURATION.matcher(fields.get("httpTimeout") instanceof String text ? text : "");
    if (!matcher.matches()) {
      return false;
    }
    long number = Long.parseLong(matcher.group(1));
    Duration timeout =
        matcher.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
    return timeout.compareTo(least) >= 0 && timeout.compareTo(most) <= 0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
