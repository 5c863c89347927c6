package dev.ballast.extender.wire;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What kube-scheduler 1.36 makes of an answer ({@code HTTPExtender} and Go's decoder): only status
 * 200 is read, one JSON value, keys in any case with the last one winning, anything behind the
 * value ignored, {@code null} for "nothing". {@code ClientModelTest} holds it against the real
 * client.
 */
public final class ClientModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ClientModel() {}

  /** A filter answer; with an error everything else is empty. */
  public record Filtered(
      List<String> nodes,
      Map<String, String> failed,
      Map<String, String> unresolvable,
      String error) {
    static Filtered failure(String error) {
      return new Filtered(List.of(), Map.of(), Map.of(), error);
    }
  }

  /** An item of a prioritize answer. */
  public record HostScore(String host, long score) {}

  /** A prioritize answer; with an error there are no scores. */
  public record Prioritized(List<HostScore> scores, String error) {}

  /** A preempt answer: the nodes that stay candidates. */
  public record Preempted(List<String> nodes, String error) {}

  /** Reads a filter answer to a request for the given nodes. */
  public static Filtered filter(
      int status, byte[] body, Set<String> asked, boolean nodeCacheCapable) {
    try {
      var result = object(read(status, body));
      String error = text(get(result, "Error"));
      if (!error.isEmpty()) {
        return Filtered.failure(error);
      }
      var failed = texts(get(result, "FailedNodes"));
      var unresolvable = texts(get(result, "FailedAndUnresolvableNodes"));
      var names = get(result, "NodeNames");
      var nodes = new ArrayList<String>();
      for (var name : array(names)) {
        nodes.add(text(name));
      }
      var whole = new ArrayList<String>();
      for (var item : array(get(object(get(result, "Nodes")), "items"))) {
        whole.add(text(get(object(get(object(item), "metadata")), "name")));
      }
      if (!nodeCacheCapable || names.isNull()) {
        return new Filtered(whole, failed, unresolvable, "");
      }
      for (String node : nodes) {
        if (!asked.contains(node)) {
          return Filtered.failure("a node that was not in the request: " + node);
        }
      }
      return new Filtered(nodes, failed, unresolvable, "");
    } catch (IOException e) {
      return Filtered.failure(String.valueOf(e.getMessage()));
    }
  }

  /** Reads a prioritize answer. */
  public static Prioritized prioritize(int status, byte[] body) {
    try {
      var scores = new ArrayList<HostScore>();
      for (var item : array(read(status, body))) {
        var score = object(item);
        scores.add(new HostScore(text(get(score, "Host")), integer(get(score, "Score"))));
      }
      return new Prioritized(scores, "");
    } catch (IOException e) {
      return new Prioritized(List.of(), String.valueOf(e.getMessage()));
    }
  }

  /** Reads a bind answer: the error, empty for none. */
  public static String bind(int status, byte[] body) {
    try {
      return text(get(object(read(status, body)), "Error"));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Reads a preempt answer; {@code pods} are the pods on each node that the scheduler knows. */
  public static Preempted preempt(int status, byte[] body, Map<String, Set<String>> pods) {
    try {
      var nodes = object(get(object(read(status, body)), "NodeNameToMetaVictims"));
      var kept = new ArrayList<String>();
      for (var node : nodes.entrySet()) {
        var present = pods.get(node.getKey());
        if (node.getValue().isNull()) {
          throw new IOException("kube-scheduler panics: victims of " + node.getKey() + " are null");
        }
        if (present == null) {
          throw new IOException("nodeinfo not found for node name " + node.getKey());
        }
        for (var pod : array(get(object(node.getValue()), "Pods"))) {
          String uid = text(get(object(pod), "UID"));
          if (!present.contains(uid)) {
            throw new IOException("pod " + uid + " is not found on node " + node.getKey());
          }
        }
        kept.add(node.getKey());
      }
      return new Preempted(kept, "");
    } catch (IOException e) {
      return new Preempted(List.of(), String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode read(int status, byte[] body) throws IOException {
    if (status != 200) {
      throw new IOException("code " + status);
    }
    // As text: Jackson would forgive a byte order mark, Go does not.
    try (var parser = JSON.createParser(new String(body, StandardCharsets.UTF_8))) {
      if (parser.nextToken() == null) {
        throw new IOException("EOF");
      }
      return value(parser);
    }
  }

  /** The value at the parser, without reading on behind it. */
  private static JsonNode value(com.fasterxml.jackson.core.JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      var object = JSON.createObjectNode();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        parser.nextToken();
        object.set(key, value(parser));
      }
      return object;
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      var array = JSON.createArrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value(parser));
      }
      return array;
    }
    JsonNode scalar = parser.readValueAsTree();
    return scalar == null ? NullNode.getInstance() : scalar;
  }

  private static JsonNode get(Map<String, JsonNode> object, String key) {
    JsonNode found = NullNode.getInstance();
    for (var member : object.entrySet()) {
      if (member.getKey().toLowerCase(Locale.ROOT).equals(key.toLowerCase(Locale.ROOT))) {
        found = member.getValue();
      }
    }
    return found;
  }

  private static Map<String, JsonNode> object(JsonNode value) throws IOException {
    var members = new LinkedHashMap<String, JsonNode>();
    if (!expect(value.isObject(), value, "object")) {
      return members;
    }
    value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }

  private static List<JsonNode> array(JsonNode value) throws IOException {
    return expect(value.isArray(), value, "array") ? value.valueStream().toList() : List.of();
  }

  private static String text(JsonNode value) throws IOException {
    return expect(value.isTextual(), value, "string") ? value.asText() : "";
  }

  private static Map<String, String> texts(JsonNode value) throws IOException {
    var texts = new LinkedHashMap<String, String>();
    for (var member : object(value).entrySet()) {
      texts.put(member.getKey(), text(member.getValue()));
    }
    return texts;
  }

  private static long integer(JsonNode value) throws IOException {
    if (!expect(value.isIntegralNumber(), value, "int64")) {
      return 0;
    }
    BigInteger whole = value.bigIntegerValue();
    expect(whole.bitLength() < 64, value, "int64");
    return whole.longValue();
  }

  /** False for null, which Go passes over; an error for any other type. */
  private static boolean expect(boolean typeFits, @Nullable JsonNode value, String type)
      throws IOException {
    if (value == null || value.isNull()) {
      return false;
    }
    if (!typeFits) {
      throw new IOException("json: cannot unmarshal " + value.getNodeType() + " into " + type);
    }
    return true;
  }
}
