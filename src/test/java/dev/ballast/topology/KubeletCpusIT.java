package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.e2e.Shell;
import dev.ballast.topology.KubeletTake.Defect;
import dev.ballast.topology.RandomStates.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ballast allocate} against the kubelet's own allocator, on 20,000 random states of random
 * machines. Where they differ, an imitation of the kubelet with one known defect, or several, has
 * to give what the kubelet gives, and without any what we give. The differences are listed in
 * {@code target/kubelet-cpus.txt}.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class KubeletCpusIT {
  private static final int STATES = 20_000;
  private static final long SEED = 2_902;
  private static final Duration COLD =
      Duration.ofMinutes(20); // builds the kubelet's part if need be
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String LIMIT = "500ms"; // of CPU time, many times what a question takes
  private static final Path LISTED = Shell.ROOT.resolve("target/kubelet-cpus.txt");
  private static final Pattern VERSION = Pattern.compile("\\sk8s.io/kubernetes (v\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<State> states = new ArrayList<>();
  private Path batch = Path.of("");
  private List<String> kubelet = List.of();

  /** Causes of differences with how many there are; what no cause explains is listed in full. */
  private record Comparison(
      int equal, Map<String, Integer> causes, List<String> listed, List<String> unexplained) {}

  @BeforeAll
  void askTheKubelet(@TempDir Path folder) throws IOException {
    var random = new RandomStates(SEED);
    IntStream.range(0, STATES).forEach(i -> states.add(random.next("state-" + i)));
    batch = folder.resolve("batch.json");
    try (var writer = Files.newBufferedWriter(batch)) {
      String before = "[";
      for (State state : states) {
        writer.write(before + JSON.writeValueAsString(item(state)));
        before = ",\n";
      }
      writer.write("]\n");
    }
    String bin =
        run(COLD, Shell.ROOT.resolve("deploy/local/build").toString(), "kubeletcpus").strip();
    kubelet = answers(run(LONG, bin + "/kubeletcpus", "-limit", LIMIT, batch.toString()));
  }

  private static ObjectNode item(State state) {
    var item = JSON.createObjectNode().put("name", state.name());
    var cpus = item.putObject("topology").putArray("cpus");
    for (Cpu cpu : state.topology().list()) {
      cpus.addObject()
          .put("cpu", cpu.cpu())
          .put("core", cpu.core())
          .put("socket", cpu.socket())
          .put("numa", cpu.numa())
          .put("uncore", cpu.uncore());
    }
    return item.put("available", state.available().toString())
        .put("cpus", state.request().cpus())
        .put("policy", state.request().policy().text())
        .put("group", state.request().group());
  }

  private static String run(Duration timeout, String... command) {
    return Shell.run(Shell.ROOT, Map.of(), timeout, List.of(command)).orFail(command[0]).out();
  }

  /** By line: the CPUs, "error" or "endless". */
  private List<String> answers(String lines) {
    var answers = new ArrayList<String>();
    for (String line : lines.lines().toList()) {
      JsonNode answer = read(line);
      assertThat(answer.path("name").asText()).isEqualTo(states.get(answers.size()).name());
      boolean endless = answer.path("error").asText().equals(KubeletTake.ENDLESS);
      answers.add(
          endless
              ? KubeletTake.ENDLESS
              : answer.has("error") ? "error" : answer.get("cpus").asText());
    }
    assertThat(answers).hasSize(STATES);
    return answers;
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  @Test
  void allocate_randomStates_differsFromTheKubeletByItsKnownDefectsOnly() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var ours =
        answers(
            run(LONG, java, "-jar", "target/ballast.jar", "allocate", "--batch", batch.toString()));

    Comparison comparison = compare(ours);
    Files.write(LISTED, comparison.listed());

    System.out.println( // what this test is about
        "KubeletCpusIT: "
            + STATES
            + " states, "
            + comparison.equal()
            + " equal, "
            + comparison.causes());
    assertThat(comparison.unexplained()).isEmpty();
    assertThat(comparison.equal()).isGreaterThan(STATES * 4 / 5);
    for (Defect defect : Defect.values()) {
      assertThat(comparison.causes()).as("a difference by " + defect).containsKey(defect.name());
    }
    assertCoverage();
  }

  /** A cause is the fewest defects with which the imitation gives what the kubelet gives. */
  private Comparison compare(List<String> ours) {
    var causes = new TreeMap<String, Integer>();
    var unexplained = new ArrayList<String>();
    var listed = new ArrayList<String>();
    int equal = 0;
    for (int i = 0; i < STATES; i++) {
      State state = states.get(i);
      if (ours.get(i).equals(kubelet.get(i))) {
        equal++;
        continue;
      }
      String cause = cause(state, kubelet.get(i), ours.get(i));
      String line =
          cause + ": " + kubelet.get(i) + " instead of " + ours.get(i) + ": " + item(state);
      listed.add(line);
      causes.merge(cause, 1, Integer::sum);
      if (cause.isEmpty()) {
        unexplained.add(line);
      }
    }
    return new Comparison(equal, causes, listed, unexplained);
  }

  /** Empty when there is none. */
  private static String cause(State state, String kubelet, String ours) {
    if (!take(state, EnumSet.noneOf(Defect.class)).equals(ours)) {
      return "";
    }
    return sets().stream()
        .filter(defects -> take(state, defects).equals(kubelet))
        .findFirst()
        .map(defects -> defects.toString().replaceAll("[\\[\\]]", ""))
        .orElse("");
  }

  private static String take(State state, Set<Defect> defects) {
    return new KubeletTake(state.topology(), defects).take(state.available(), state.request());
  }

  /** All sets of defects but the empty one, small ones first. */
  private static List<Set<Defect>> sets() {
    var all = new ArrayList<Set<Defect>>();
    all.add(EnumSet.noneOf(Defect.class));
    for (Defect defect : Defect.values()) {
      for (Set<Defect> without : List.copyOf(all)) {
        var set = EnumSet.of(defect);
        set.addAll(without);
        all.add(set);
      }
    }
    all.remove(0);
    all.sort(Comparator.comparingInt(Set::size));
    return all;
  }

  /** That the states are what they are meant to be. */
  private void assertCoverage() {
    var zones = new HashSet<Integer>();
    int unevenCores = 0;
    for (State state : states) {
      zones.add(state.topology().zones().length);
      int most =
          IntStream.range(0, state.topology().cores.count())
              .map(state.topology().cores::size)
              .max()
              .orElseThrow();
      unevenCores += most * state.topology().cores.count() > state.topology().list().size() ? 1 : 0;
    }
    assertThat(zones).contains(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(unevenCores).isGreaterThan(STATES / 4);
    assertThat(kubelet.stream().filter(set -> !set.equals("error") && !set.isEmpty()))
        .hasSizeGreaterThan(STATES * 3 / 4);
  }

  @Test
  void allocate_withTheRuleForTiesReversed_isFoundOut() {
    var reversed = new ArrayList<String>();
    for (State state : states) {
      Taken taken =
          new CpuAllocator(state.topology(), Ties.HIGHEST_FIRST)
              .take(state.available(), state.request());
      reversed.add(taken instanceof Taken.Cpus cpus ? cpus.set().toString() : "error");
    }

    Comparison comparison = compare(reversed);

    assertThat(comparison.unexplained()).hasSizeGreaterThan(STATES / 10);
  }

  @Test
  void modules_ofTheKubelet_areOfTheVersionOfTheControlPlane() throws IOException {
    assertThat(version("deploy/local/kubeletcpus/go.mod"))
        .isEqualTo(version("deploy/local/go.mod"))
        .startsWith("v1.36.");
  }

  private static String version(String module) throws IOException {
    var found = VERSION.matcher(Files.readString(Shell.ROOT.resolve(module)));
    assertThat(found.find()).as(module).isTrue();
    return found.group(1);
  }
}
