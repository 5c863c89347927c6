package dev.ballast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class AllocateCommandTest {
  private static final String ONLINE = "/sys/devices/system/cpu/online";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int allocate(String... args) {
    return new CommandLine(new AllocateCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private String file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "", ".json"), text).toString();
  }

  /** Four cores of two CPUs in each of two sockets, with core numbers of their socket. */
  private static String machine() {
    return IntStream.range(0, 16)
        .mapToObj(
            cpu ->
                "{\"cpu\":%d,\"core\":%d,\"socket\":%d,\"numa\":%d,\"uncore\":%d}"
                    .formatted(cpu, cpu % 4, cpu / 4 % 2, cpu / 4 % 2, cpu / 4 % 2))
        .collect(Collectors.joining(",", "{\"cpus\":[", "]}"));
  }

  private int onMachine(String available, String cpus, String... more) throws IOException {
    var args = new ArrayList<>(List.of("--topology", file(machine())));
    args.addAll(List.of("--available", available, "--cpus", cpus));
    args.addAll(List.of(more));
    return allocate(args.toArray(String[]::new));
  }

  private void wrong(int code, String message) {
    assertThat(err).hasToString("ballast allocate: " + message + System.lineSeparator());
    assertThat(out.toString()).isEmpty();
    assertThat(code).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "packed|10|0-4,8-12",
        "distributed|10|0-2,4-6,8-9,12-13",
        "full-core|10|0-4,8-12",
        "spread|6|0-3,8-9",
        "l3|3|0-1,8",
      })
  void execute_eachPolicy_printsTheSet(String policy, String cpus, String expected)
      throws IOException {
    assertThat(onMachine("0-15", cpus, "--policy", policy)).isZero();
    assertThat(out).hasToString(expected + "\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void execute_group_isHandedOutTogether() throws IOException {
    assertThat(onMachine("0-15", "10", "--policy", "distributed", "--group", "2")).isZero();
    assertThat(out).hasToString("0-2,4-5,8-10,12-13\n");
  }

  @Test
  void execute_json_printsOneObject() throws IOException {
    assertThat(onMachine("0-15", "2", "-o", "json")).isZero();
    assertThat(onMachine("0-3", "8", "-o", "JSON")).isEqualTo(1);
    assertThat(out)
        .hasToString(
            """
            {"cpus":"0,8"}
            {"error":"cpus is 8, and 4 are available: give 4 or fewer, or release some"}
            """);
  }

  @Test
  void execute_tooMany_exitsOneAndSaysWhy() throws IOException {
    assertThat(onMachine("0-3", "8")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString())
        .startsWith("ballast allocate: cpus is 8, and 4 are available: give 4 or fewer");
  }

  @Test
  void execute_none_printsTheEmptySet() throws IOException {
    assertThat(onMachine("", "0")).isZero();
    assertThat(out).hasToString("\n");
  }

  @Test
  void execute_thisMachine_picksOfItsCpus() throws IOException {
    assumeThat(Path.of(ONLINE)).exists();
    String online = Files.readString(Path.of(ONLINE)).strip();

    assertThat(allocate("--topology", "this-machine", "--available", online, "--cpus", "1"))
        .isZero();
    assertThat(out.toString()).matches("\\d+\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--topology|a JSON file or this-machine",
        "--available|the CPUs that may be picked, such as 0-3,8",
        "--cpus|how many are wanted",
      })
  void execute_missingOption_isNamedWithWhatToGive(String missing, String wanted) {
    var args = new ArrayList<String>();
    for (String option : List.of("--topology", "--available", "--cpus")) {
      if (!option.equals(missing)) {
        args.addAll(List.of(option, "0"));
      }
    }

    wrong(allocate(args.toArray(String[]::new)), missing + " is missing: give " + wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "8193", "two", "1.5", "", "99999999999"})
  void execute_wrongNumber_isNamedWithTheLimit(String number) throws IOException {
    int code = onMachine("0-15", number);
    wrong(code, "--cpus is \"" + number + "\": give a whole number from 0 to 8192");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-2", "8193", "x"})
  void execute_wrongGroup_isNamedWithTheLimit(String number) throws IOException {
    int code = onMachine("0-15", "2", "--policy", "distributed", "--group", number);
    wrong(code, "--group is \"" + number + "\": give a whole number from 1 to 8192");
  }

  @Test
  void execute_unknownPolicy_isNamedWithTheOthers() throws IOException {
    int code = onMachine("0-15", "2", "--policy", "best");
    wrong(code, "--policy is \"best\": give one of packed, distributed, full-core, spread, l3");
  }

  @Test
  void execute_wrongList_isNamedWithThePart() throws IOException {
    int code = onMachine("0-3,x", "2");
    wrong(
        code,
        "--available is wrong: \"x\" is no CPU and no range: write ids from 0 to 65535 as in"
            + " 0-3,8");
  }

  @Test
  void execute_cpusThatTheTopologyLacks_areNamed() throws IOException {
    int code = onMachine("0-17", "2");
    wrong(code, "available has cpus 16-17, which the topology lacks: give cpus of 0-15");
  }

  @Test
  void execute_unknownFile_isNamed() {
    String missing = folder.resolve("missing.json").toString();
    int code = allocate("--topology", missing, "--available", "0", "--cpus", "1");
    wrong(code, missing + " cannot be read: there is no such file: give a JSON file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "''|it has no list cpus: give {\"cpus\":[{\"cpu\":0,\"core\":0,\"socket\":0,\"numa\":0,"
            + "\"uncore\":0}]}",
        "[]|it has no list cpus: give",
        "{\"cpus\":{}}|it has no list cpus: give",
        "{\"cpus\":[]}|the topology has no cpus: give at least one",
        "{\"cpus\":[],\"x\":1}|the topology has a key \"x\": leave it out; known are cpus",
        "{\"cpus\":[7]}|cpus[0] is 7: give an object with core, cpu, numa, socket, uncore",
        "{\"cpus\":[{\"cpu\":0,\"core\":0,\"numa\":0}]}|cpus[0] has no socket: give a whole number"
            + " from 0 on",
        "{\"cpus\":[{\"cpu\":0,\"core\":\"a\",\"socket\":0,\"numa\":0}]}|core of cpus[0] is a: give"
            + " a whole number from 0 on",
        "{\"cpus\":[{\"cpu\":0,\"core\":1.5,\"socket\":0,\"numa\":0}]}|core of cpus[0] is 1.5: give"
            + " a whole number from 0 on",
        "{\"cpus\":[{\"cpu\":0,\"core\":9999999999,\"socket\":0,\"numa\":0}]}|core of cpus[0] is"
            + " 9999999999: give a whole number from 0 on",
        "{\"cpus\":[{\"cpu\":0,\"core\":0,\"socket\":0,\"numa\":0,\"l3\":0}]}|cpus[0] has a key"
            + " \"l3\": leave it out; known are core, cpu, numa, socket, uncore",
        "{\"cpus\":[{\"cpu\":-1,\"core\":0,\"socket\":0,\"numa\":0}]}|cpu is -1: give a number from"
            + " 0 to 65535",
        "{\"cpus\":[{\"cpu\":70000,\"core\":0,\"socket\":0,\"numa\":0}]}|cpu is 70000: give a number"
            + " from 0 to 65535",
        "{\"cpus\":[{\"cpu\":1,\"core\":0,\"socket\":-1,\"numa\":0}]}|socket of cpu 1 is -1: give a"
            + " number from 0 to 2147483647",
        "{\"cpus\":[{\"cpu\":1,\"core\":0,\"socket\":0,\"numa\":0},{\"cpu\":1,\"core\":0,"
            + "\"socket\":0,\"numa\":0}]}|cpu 1 is there twice: give each CPU once",
      })
  void execute_wrongTopology_isNamed(String text, String message) throws IOException {
    String file = file(text);

    assertThat(allocate("--topology", file, "--available", "0", "--cpus", "1")).isEqualTo(2);
    assertThat(err.toString()).startsWith("ballast allocate: " + file + ": " + message);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"cpus\":[}", "{\"cpus\":[]} x", "cpus: []", "{\"cpus\":[],\"cpus\":[]}"})
  void execute_noJson_isNamedWithThePlace(String text) throws IOException {
    String file = file(text);

    assertThat(allocate("--topology", file, "--available", "0", "--cpus", "1")).isEqualTo(2);
    assertThat(err.toString()).contains(file + ":1:", "no JSON: ");
  }

  @Test
  void execute_hugeTopology_isRefusedUnread() throws IOException {
    String file = file(" ".repeat(AllocateJson.MAX_TOPOLOGY_BYTES + 1));

    int code = allocate("--topology", file, "--available", "0", "--cpus", "1");
    wrong(code, file + " has 8388609 bytes, more than 8388608: give the topology of one machine");
  }

  @Test
  void execute_withoutL3Groups_takesSocketsForThem() throws IOException {
    String file = file(machine().replaceAll(",\"uncore\":\\d+", ""));

    assertThat(allocate("--topology", file, "--available", "1-15", "--cpus", "8", "--policy", "l3"))
        .isZero();
    assertThat(out).hasToString("4-7,12-15\n");
  }

  private static String item(String name, String rest) {
    return "{\"name\":\"" + name + "\",\"topology\":" + machine() + "," + rest + "}";
  }

  @Test
  void batch_goodAndBadItems_areAnsweredInOrder() throws IOException {
    String file =
        file(
            List.of(
                    item(
                        "a", "\"available\":\"0-15\",\"cpus\":4,\"policy\":\"packed\",\"group\":1"),
                    item("b", "\"available\":\"0-3\",\"cpus\":8,\"policy\":\"spread\",\"group\":1"),
                    item("c", "\"available\":\"0-17\",\"cpus\":8"),
                    item("d", "\"available\":\"0-15\",\"cpus\":-1"),
                    item("e", "\"available\":\"0-15\",\"cpus\":1,\"group\":0"),
                    item("f", "\"available\":\"0-15\",\"cpus\":1,\"policy\":\"best\""),
                    item("g", "\"available\":\"0-\",\"cpus\":1"),
                    item("h", "\"available\":7,\"cpus\":1"),
                    item("i", "\"available\":\"0\""),
                    item("j", "\"available\":\"0\",\"cpus\":1,\"polcy\":\"l3\""),
                    "{\"available\":\"0\",\"cpus\":1}",
                    "{\"name\":\"k\",\"available\":\"0\",\"cpus\":1}",
                    "7",
                    item("l", "\"available\":\"0-15\",\"cpus\":0"))
                .stream()
                .collect(Collectors.joining(",\n", "[", "]\n")));

    assertThat(allocate("--batch", file)).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"name\":\"a\",\"cpus\":\"0-1,8-9\"}",
            "{\"name\":\"b\",\"error\":\"cpus is 8, and 4 are available: give 4 or fewer, or release"
                + " some\"}",
            "{\"name\":\"c\",\"error\":\"available has cpus 16-17, which the topology lacks: give"
                + " cpus of 0-15\"}",
            "{\"name\":\"d\",\"error\":\"cpus is -1: give a number from 0 to 8192\"}",
            "{\"name\":\"e\",\"error\":\"group is 0: give a number from 1 to 8192\"}",
            "{\"name\":\"f\",\"error\":\"policy is \\\"best\\\": give one of packed, distributed,"
                + " full-core, spread, l3\"}",
            "{\"name\":\"g\",\"error\":\"available is wrong: \\\"0-\\\" is no CPU and no range:"
                + " write ids from 0 to 65535 as in 0-3,8\"}",
            "{\"name\":\"h\",\"error\":\"available of the item is 7: give a list of CPUs such as"
                + " 0-3,8\"}",
            "{\"name\":\"i\",\"error\":\"the item has no cpus: give a whole number from 0 on\"}",
            "{\"name\":\"j\",\"error\":\"the item has a key \\\"polcy\\\": leave it out; known are"
                + " available, cpus, group, name, policy, topology\"}",
            "{\"name\":\"\",\"error\":\"the item has no name: give a text\"}",
            "{\"name\":\"k\",\"error\":\"topology: it has no list cpus: give"
                + " {\\\"cpus\\\":[{\\\"cpu\\\":0,\\\"core\\\":0,\\\"socket\\\":0,\\\"numa\\\":0,"
                + "\\\"uncore\\\":0}]}\"}",
            "{\"name\":\"\",\"error\":\"the item is 7: give an object with available, cpus, group,"
                + " name, policy, topology\"}",
            "{\"name\":\"l\",\"cpus\":\"\"}");
  }

  @Test
  void batch_names_areWrittenAsJson() throws IOException {
    String file = file("[" + item("a\\\"\\n\\u20ac", "\"available\":\"0\",\"cpus\":1") + "]");

    assertThat(allocate("--batch", file)).isZero();
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(answer.path("name").asText()).isEqualTo("a\"\n\u20ac");
  }

  @Test
  void batch_empty_printsNothing() throws IOException {
    assertThat(allocate("--batch", file("[]"))).isZero();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void batch_brokenAtItsEnd_answersNothing() throws IOException {
    String file = file("[" + item("a", "\"available\":\"0\",\"cpus\":1") + ",");

    assertThat(allocate("--batch", file)).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains(file + ":1:", "no JSON: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|is no JSON list: give one as [{\"name\":\"a\",...}]",
        "''|is no JSON list: give one as [{\"name\":\"a\",...}]",
        "[][]|goes on after its list: give one JSON list, and nothing behind it",
      })
  void batch_noList_isRefused(String text, String message) throws IOException {
    String file = file(text);

    int code = allocate("--batch", file);
    wrong(code, file + " " + message);
  }

  @Test
  void batch_unknownFile_isNamed() {
    String missing = folder.resolve("missing.json").toString();

    int code = allocate("--batch", missing);
    wrong(code, missing + " cannot be read: there is no such file: give a JSON file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--topology", "--available", "--cpus", "--policy", "--group"})
  void batch_besideAnotherOption_isRefused(String option) throws IOException {
    int code = allocate("--batch", file("[]"), option, "1");
    wrong(code, option + " is \"1\" beside --batch: leave one of both out");
  }

  @Test
  void execute_help_tellsTheFormats() {
    assertThat(allocate("--help")).isZero();
    assertThat(out.toString()).contains("this-machine", "--batch", "\"uncore\":0", "Exit codes");
  }
}
