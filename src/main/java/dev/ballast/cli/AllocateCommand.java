package dev.ballast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.sysfs.SysfsTopology;
import dev.ballast.topology.CpuAllocator;
import dev.ballast.topology.CpuTopology;
import dev.ballast.topology.TakePolicy;
import dev.ballast.topology.TakeRequest;
import dev.ballast.topology.Taken;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast allocate}: which CPUs of a machine a container would get. */
@Command(
    name = "allocate",
    mixinStandardHelpOptions = true,
    description = {
      "Say which CPUs of a machine a container would get.",
      "packed, distributed, spread and l3 pick as the kubelet 1.36 does; full-core takes whole",
      "cores only. Nothing is changed anywhere."
    },
    footerHeading = "%nFiles:%n",
    footer = {
      "A topology lists the CPUs that are online:",
      "  {\"cpus\":[{\"cpu\":0,\"core\":0,\"socket\":0,\"numa\":0,\"uncore\":0}, ...]}",
      "A core number that is used again in another socket or NUMA node is another core. Without",
      "uncore (the group that shares an L3 cache) it is the socket's number.",
      "A batch is a JSON list, each item with a topology of its own:",
      "  {\"name\":\"a\",\"topology\":{\"cpus\":[...]},\"available\":\"0-3,8\",\"cpus\":4,",
      "   \"policy\":\"packed\",\"group\":1}",
      "It is answered by one line an item, {\"name\":\"a\",\"cpus\":\"0-3\"} or",
      "{\"name\":\"a\",\"error\":\"...\"}, in order."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:CPUs were found, or a batch was answered",
      "1:there are none such; the reason is printed",
      "2:wrong usage, or a file that cannot be read"
    })
final class AllocateCommand implements Callable<Integer> {
  private static final String THIS_MACHINE = "this-machine";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description = "the machine as JSON, or " + THIS_MACHINE + " to read /sys")
  private @Nullable String topology;

  @Option(
      names = "--available",
      paramLabel = "LIST",
      description = "the CPUs that may be picked, such as 0-3,8")
  private @Nullable String available;

  @Option(names = "--cpus", paramLabel = "N", description = "how many are wanted")
  private @Nullable String cpus;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description = "packed (default), distributed, full-core, spread or l3")
  private @Nullable String policy;

  @Option(
      names = "--group",
      paramLabel = "N",
      description = "with distributed: how many at a time come from a NUMA node (default 1)")
  private @Nullable String group;

  @Option(
      names = "--batch",
      paramLabel = "FILE",
      description = "answer all questions of a file instead")
  private @Nullable Path batch;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}; a batch is always json")
  private LintCommand.Output output = LintCommand.Output.text;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    try {
      return batch == null ? one(line.getOut(), line.getErr()) : all(batch, line.getOut());
    } catch (IllegalArgumentException e) {
      line.getErr().println("ballast allocate: " + e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private int all(Path file, PrintWriter out) {
    options()
        .forEach(
            (name, value) -> {
              if (value != null) {
                throw new IllegalArgumentException(
                    name + " is \"" + value + "\" beside --batch: leave one of both out");
              }
            });
    AllocateJson.batch(file, item -> out.print(answer(item)));
    out.flush();
    return ExitCode.OK;
  }

  private Map<String, @Nullable String> options() {
    var options = new LinkedHashMap<String, @Nullable String>();
    options.put("--topology", topology);
    options.put("--available", available);
    options.put("--cpus", cpus);
    options.put("--policy", policy);
    options.put("--group", group);
    return options;
  }

  private static String answer(JsonNode item) {
    String name = item.path("name").asText("");
    try {
      var question = AllocateJson.question(item);
      var taken =
          new CpuAllocator(question.topology()).take(question.available(), question.request());
      return taken instanceof Taken.Cpus found
          ? AllocateJson.line(name, "cpus", found.set().toString())
          : AllocateJson.line(name, "error", ((Taken.Refused) taken).why());
    } catch (IllegalArgumentException e) {
      return AllocateJson.line(name, "error", String.valueOf(e.getMessage()));
    }
  }

  private int one(PrintWriter out, PrintWriter err) {
    String where = given("--topology", topology, "a JSON file or " + THIS_MACHINE);
    String list = given("--available", available, "the CPUs that may be picked, such as 0-3,8");
    int number = number("--cpus", given("--cpus", cpus, "how many are wanted"), 0);
    var request =
        new TakeRequest(
            AllocateJson.policy("--policy", policy == null ? TakePolicy.PACKED.text() : policy),
            number,
            number("--group", group == null ? "1" : group, 1));
    var allowed = AllocateJson.available("--available", list);
    Taken taken = new CpuAllocator(machine(where)).take(allowed, request);
    boolean json = output == LintCommand.Output.json;
    if (taken instanceof Taken.Cpus found) {
      String set = found.set().toString();
      out.print(json ? AllocateJson.line("cpus", set) : set + "\n");
      out.flush();
      return ExitCode.OK;
    }
    String why = ((Taken.Refused) taken).why();
    if (json) {
      out.print(AllocateJson.line("error", why));
      out.flush();
    } else {
      err.println("ballast allocate: " + why);
    }
    return ExitCode.SAYS_NO;
  }

  private static String given(String name, @Nullable String value, String wanted) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing: give " + wanted);
    }
    return value;
  }

  private static int number(String name, String text, int least) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= CpuTopology.MAX_CPUS) {
        return number;
      }
    } catch (NumberFormatException e) {
      // the message below says what is wanted
    }
    throw new IllegalArgumentException(
        name
            + " is \""
            + text
            + "\": give a whole number from "
            + least
            + " to "
            + CpuTopology.MAX_CPUS);
  }

  private static CpuTopology machine(String where) {
    if (!where.equals(THIS_MACHINE)) {
      return AllocateJson.topology(Path.of(where));
    }
    try {
      return SysfsTopology.read(SysfsTopology.THIS_MACHINE);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--topology is this-machine, and /sys cannot be read ("
              + e.getMessage()
              + "): give a JSON file",
          e);
    }
  }
}
