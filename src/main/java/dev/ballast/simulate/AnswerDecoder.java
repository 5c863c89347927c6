package dev.ballast.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers of an extender as kube-scheduler's client does for a {@code nodeCacheCapable}
 * extender (kubernetes 1.36, {@code pkg/scheduler/extender.go} and Go's {@code encoding/json}): one
 * JSON value, what follows it is not looked at; keys in any case, the last of several wins, unknown
 * ones do not matter; a value of another type than expected fails the call. No state.
 */
final class AnswerDecoder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTE_ORDER_MARK = 0xEF;

  private AnswerDecoder() {}

  /**
   * The names that pass. Without {@code NodeNames} the names of {@code Nodes} count, and without
   * both none passes.
   */
  static List<String> filter(byte[] body, List<String> asked) throws ExtenderCallException {
    var answer = object(read(body), "the answer");
    if (answer == null) {
      return List.of();
    }
    String error = text(member(answer, "Error"), "Error");
    if (!error.isEmpty()) {
      throw new ExtenderCallException("the extender says: " + error);
    }
    checkReasons(answer, "FailedNodes");
    checkReasons(answer, "FailedAndUnresolvableNodes");
    var names = array(member(answer, "NodeNames"), "NodeNames");
    var passed = names == null ? namesOfNodes(answer) : texts(names);
    var known = Set.copyOf(asked);
    for (var name : passed) {
      if (!known.contains(name)) {
        throw new ExtenderCallException(
            "the extender returns node \"" + name + "\", which it was not asked about");
      }
    }
    return passed;
  }

  /** The names that are refused with a reason, in either list. */
  static Map<String, String> refused(byte[] body) throws ExtenderCallException {
    var refused = new LinkedHashMap<String, String>();
    var answer = object(read(body), "the answer");
    for (String key : List.of("FailedNodes", "FailedAndUnresolvableNodes")) {
      var reasons = answer == null ? null : object(member(answer, key), key);
      if (reasons != null) {
        for (var reason : reasons.properties()) {
          refused.put(reason.getKey(), text(reason.getValue(), key));
        }
      }
    }
    return refused;
  }

  /** The scores; those of a name that is listed twice add up. */
  static Map<String, Long> prioritize(byte[] body) throws ExtenderCallException {
    var scores = new LinkedHashMap<String, Long>();
    var list = array(read(body), "the answer");
    if (list == null) {
      return scores;
    }
    for (var element : list) {
      var entry = object(element, "a score");
      if (entry != null) {
        String host = text(member(entry, "Host"), "Host");
        scores.merge(host, integer(member(entry, "Score")), Long::sum);
      }
    }
    return scores;
  }

  private static JsonNode read(byte[] body) throws ExtenderCallException {
    if (body.length > 0 && (body[0] & 0xFF) == BYTE_ORDER_MARK) {
      throw new ExtenderCallException("the answer begins with a byte order mark");
    }
    try {
      var value = JSON.readTree(body);
      if (value.isMissingNode()) {
        throw new ExtenderCallException("the answer is empty");
      }
      return value;
    } catch (IOException e) {
      throw new ExtenderCallException("the answer is not JSON", e);
    }
  }

  private static List<String> namesOfNodes(JsonNode answer) throws ExtenderCallException {
    var names = new ArrayList<String>();
    var nodes = object(member(answer, "Nodes"), "Nodes");
    var items = nodes == null ? null : array(member(nodes, "items"), "items");
    if (items != null) {
      for (var item : items) {
        var node = object(item, "a node");
        var metadata = node == null ? null : object(member(node, "metadata"), "metadata");
        names.add(metadata == null ? "" : text(member(metadata, "name"), "name"));
      }
    }
    return names;
  }

  private static void checkReasons(JsonNode answer, String key) throws ExtenderCallException {
    var reasons = object(member(answer, key), key);
    if (reasons != null) {
      for (var reason : reasons) {
        text(reason, key);
      }
    }
  }

  private static @Nullable JsonNode member(JsonNode object, String key) {
    JsonNode found = null;
    for (var member : object.properties()) {
      if (member.getKey().equalsIgnoreCase(key)) {
        found = member.getValue();
      }
    }
    return found;
  }

  private static @Nullable JsonNode object(@Nullable JsonNode value, String what)
      throws ExtenderCallException {
    if (value == null || value.isNull()) {
      return null;
    }
    return expect(value, value.isObject(), what, "an object");
  }

  private static @Nullable JsonNode array(@Nullable JsonNode value, String what)
      throws ExtenderCallException {
    if (value == null || value.isNull()) {
      return null;
    }
    return expect(value, value.isArray(), what, "a list");
  }

  private static List<String> texts(JsonNode list) throws ExtenderCallException {
    var texts = new ArrayList<String>(list.size());
    for (var element : list) {
      texts.add(text(element, "a name"));
    }
    return texts;
  }

  private static String text(@Nullable JsonNode value, String what) throws ExtenderCallException {
    return value == null || value.isNull()
        ? ""
        : expect(value, value.isTextual(), what, "a text").textValue();
  }

  private static long integer(@Nullable JsonNode value) throws ExtenderCallException {
    if (value == null || value.isNull()) {
      return 0;
    }
    boolean whole = value.isIntegralNumber() && value.canConvertToLong();
    return expect(value, whole, "Score", "an integer").longValue();
  }

  private static JsonNode expect(JsonNode value, boolean good, String what, String wanted)
      throws ExtenderCallException {
    if (!good) {
      throw new ExtenderCallException(what + " is " + value + ", not " + wanted);
    }
    return value;
  }
}
