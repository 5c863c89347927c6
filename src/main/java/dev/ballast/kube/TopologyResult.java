package dev.ballast.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ballast.inflight.Quantity;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneShare;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The text of the annotation {@link PodTopology#RESULT}: a list of zones in JSON, each with what
 * the pod has of it.
 *
 * <p>Source: gocrane/api, {@code topology/v1alpha1/types.go}, type ZoneList, which its scheduler
 * plugin writes and its agent reads. We write more resources than it, which its agent passes over.
 */
public final class TopologyResult {
  private static final int MAX_ZONES = 64;
  private static final int MAX_SHOWN = 80;
  private static final long MILLI = 1_000;
  private static final JsonMapper JSON = new JsonMapper();
  private static final ObjectReader READER =
      JSON.reader(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private TopologyResult() {}

  /** Writes shares. */
  public static String write(List<ZoneShare> shares) {
    var list = JSON.createArrayNode();
    for (var share : shares) {
      var capacity =
          list.addObject()
              .put("name", share.zone())
              .put("type", NodeTopology.NUMA_TYPE)
              .putObject("resources")
              .putObject("capacity");
      share.amounts().forEach((resource, amount) -> capacity.put(resource, text(resource, amount)));
    }
    return list.toString();
  }

  private static String text(String resource, long amount) {
    if (!resource.equals(NodeTopology.CPU)) {
      return Long.toString(amount);
    }
    return amount % MILLI == 0 ? Long.toString(amount / MILLI) : amount + "m";
  }

  /**
   * Reads shares.
   *
   * @throws IllegalArgumentException when they are none; says what is wrong and what to write
   */
  public static List<ZoneShare> read(String text) {
    JsonNode list;
    try {
      list = READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("which is no JSON", e);
    }
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_ZONES) {
      throw new IllegalArgumentException("which is no list of 1 to " + MAX_ZONES + " zones");
    }
    var shares = new ArrayList<ZoneShare>();
    var names = new HashSet<String>();
    for (JsonNode zone : list) {
      String name = zone.path("name").asText("");
      if (name.isEmpty() || !names.add(name)) {
        throw new IllegalArgumentException("where each zone needs a name of its own");
      }
      shares.add(new ZoneShare(name, amounts(zone.path("resources").path("capacity"))));
    }
    return shares;
  }

  private static SortedMap<String, Long> amounts(JsonNode capacity) {
    var amounts = new TreeMap<String, Long>();
    for (var entry : capacity.properties()) {
      String quantity = entry.getValue().asText("");
      try {
        amounts.put(entry.getKey(), Quantity.amount(entry.getKey(), quantity));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "where " + shown(entry.getKey()) + " is \"" + shown(quantity) + "\", " + e.getMessage(),
            e);
      }
    }
    if (!amounts.containsKey(NodeTopology.CPU)) {
      throw new IllegalArgumentException("where a zone has no resources.capacity.cpu");
    }
    return amounts;
  }

  /** A text of somebody else, on one line and short. */
  private static String shown(String text) {
    String cut = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    var shown = new StringBuilder();
    cut.codePoints().forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return shown.toString();
  }
}
