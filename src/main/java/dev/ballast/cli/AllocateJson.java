package dev.ballast.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.cli.doctor.Printable;
import dev.ballast.config.YamlSource;
import dev.ballast.topology.Cpu;
import dev.ballast.topology.CpuSet;
import dev.ballast.topology.CpuTopology;
import dev.ballast.topology.TakePolicy;
import dev.ballast.topology.TakeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of {@code allocate}: a topology, and a batch of questions with a topology each. What is
 * wrong is thrown as an {@link IllegalArgumentException} that names the key, its value, the limit
 * and what to do.
 */
final class AllocateJson {
  /** The most bytes of a topology; one of 8192 CPUs has some 600,000. */
  static final int MAX_TOPOLOGY_BYTES = 8 << 20;

  private static final Set<String> CPU_KEYS = Set.of("cpu", "core", "socket", "numa", "uncore");
  private static final Set<String> QUESTION_KEYS =
      Set.of("name", "topology", "available", "cpus", "policy", "group");
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectReader ITEMS =
      JSON.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private AllocateJson() {}

  /** A request, the machine and its free CPUs. */
  record Question(CpuTopology topology, CpuSet available, TakeRequest request) {}

  /** Reads the file of a topology. */
  static CpuTopology topology(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_TOPOLOGY_BYTES) {
        throw new IllegalArgumentException(
            file
                + " has "
                + bytes
                + " bytes, more than "
                + MAX_TOPOLOGY_BYTES
                + ": give the topology of one machine");
      }
      return topology(JSON.readTree(Files.readAllBytes(file)), file + ": ");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Shows each item of a batch, after a look through the whole file, in order. */
  static void batch(Path file, Consumer<JsonNode> items) {
    try {
      check(file);
      try (JsonParser parser = JSON.createParser(Files.newInputStream(file))) {
        parser.nextToken(); // the list's begin
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.accept(ITEMS.readTree(parser));
        }
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Throws unless the file is one list, so that a broken one gets no answers at all. */
  private static void check(Path file) throws IOException {
    try (JsonParser parser = JSON.createParser(Files.newInputStream(file))) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IllegalArgumentException(
            file + " is no JSON list: give one as [{\"name\":\"a\",...}]");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            file + " goes on after its list: give one JSON list, and nothing behind it");
      }
    }
  }

  private static IllegalArgumentException unreadable(Path file, IOException e) {
    if (e instanceof JsonProcessingException json) {
      var at = json.getLocation();
      String place = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
      return new IllegalArgumentException(
          file + place + ": no JSON: " + Printable.start(json.getOriginalMessage()), e);
    }
    return new IllegalArgumentException(
        file + " cannot be read: " + YamlSource.reason(e) + ": give a JSON file", e);
  }

  /** Reads an item of a batch. */
  static Question question(JsonNode item) {
    object(item, "the item", QUESTION_KEYS);
    if (!item.path("name").isTextual()) {
      throw missing("the item", "name", "a text", item.get("name"));
    }
    if (!item.path("available").isTextual()) {
      throw missing("the item", "available", "a list of CPUs such as 0-3,8", item.get("available"));
    }
    JsonNode shape = item.path("topology");
    CpuTopology topology = topology(shape.isMissingNode() ? null : shape, "topology: ");
    String policy = item.has("policy") ? text(item.get("policy")) : TakePolicy.PACKED.text();
    int group = item.has("group") ? number(item, "the item", "group") : 1;
    return new Question(
        topology,
        available("available", item.path("available").textValue()),
        new TakeRequest(policy("policy", policy), number(item, "the item", "cpus"), group));
  }

  /** The CPUs of a list; {@code name} is the key or option it was given as. */
  static CpuSet available(String name, String list) {
    try {
      return CpuSet.parse(list);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + " is wrong: " + e.getMessage(), e);
    }
  }

  /** The policy of a name. */
  static TakePolicy policy(String name, String policy) {
    return TakePolicy.of(policy)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " is \""
                        + Printable.start(policy)
                        + "\": give one of "
                        + TakePolicy.names()));
  }

  private static CpuTopology topology(@Nullable JsonNode shape, String where) {
    if (shape == null || !shape.path("cpus").isArray()) {
      throw new IllegalArgumentException(
          where
              + "it has no list cpus: give"
              + " {\"cpus\":[{\"cpu\":0,\"core\":0,\"socket\":0,\"numa\":0,\"uncore\":0}]}");
    }
    try {
      object(shape, "the topology", Set.of("cpus"));
      return CpuTopology.of(cpus(shape.path("cpus")));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + e.getMessage(), e);
    }
  }

  private static List<Cpu> cpus(JsonNode list) {
    var cpus = new ArrayList<Cpu>(list.size());
    for (int i = 0; i < list.size(); i++) {
      String where = "cpus[" + i + "]";
      JsonNode cpu = list.get(i);
      object(cpu, where, CPU_KEYS);
      int socket = number(cpu, where, "socket");
      cpus.add(
          new Cpu(
              number(cpu, where, "cpu"),
              number(cpu, where, "core"),
              socket,
              number(cpu, where, "numa"),
              cpu.has("uncore") ? number(cpu, where, "uncore") : socket));
    }
    return cpus;
  }

  private static void object(JsonNode node, String where, Set<String> keys) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(
          where + " is " + text(node) + ": give an object with " + sorted(keys));
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!keys.contains(name)) {
        throw new IllegalArgumentException(
            where
                + " has a key \""
                + Printable.start(name)
                + "\": leave it out; known are "
                + sorted(keys));
      }
    }
  }

  private static String sorted(Set<String> keys) {
    return keys.stream().sorted().collect(Collectors.joining(", "));
  }

  /** A whole number; its range is checked by what it is for. */
  private static int number(JsonNode object, String where, String key) {
    @Nullable JsonNode value = object.get(key);
    if (value == null || !value.canConvertToInt() || !value.isIntegralNumber()) {
      throw missing(where, key, "a whole number from 0 on", value);
    }
    return value.intValue();
  }

  private static IllegalArgumentException missing(
      String where, String key, String wanted, @Nullable JsonNode value) {
    return new IllegalArgumentException(
        value == null
            ? where + " has no " + key + ": give " + wanted
            : key + " of " + where + " is " + text(value) + ": give " + wanted);
  }

  /** A text as it is, anything else as it is written. */
  private static String text(JsonNode node) {
    return Printable.start(node.isTextual() ? node.textValue() : node.toString());
  }

  /** An answer with a name on one line. */
  static String line(String name, String key, String value) {
    return line(JSON.createObjectNode().put("name", name).put(key, value));
  }

  /** An answer on one line. */
  static String line(String key, String value) {
    return line(JSON.createObjectNode().put(key, value));
  }

  private static String line(ObjectNode answer) {
    try {
      return JSON.writeValueAsString(answer) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts was not written", e);
    }
  }
}
