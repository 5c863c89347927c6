package dev.ballast.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Encodes objects that are written as JSON in the way the API server does: tests stay readable, and
 * what they read has gone through the encoding. Field numbers are written down here a second time,
 * from generated.proto of api and apimachinery 0.36.
 */
public final class ProtoJson {
  /** How a value is encoded. */
  private enum Type {
    TEXT,
    NUMBER,
    TIME,
    TEXTS,
    QUANTITIES,
    MESSAGE
  }

  private record Field(int number, Type type, Schema message) {}

  /** The fields of a message; what it does not know is encoded as a field of the future. */
  private static final class Schema {
    private static final int FUTURE = 15_000;

    private final Map<String, Field> fields = new HashMap<>();

    Schema with(String name, int number, Type type) {
      fields.put(name, new Field(number, type, this));
      return this;
    }

    Schema with(String name, int number, Schema message) {
      fields.put(name, new Field(number, Type.MESSAGE, message));
      return this;
    }

    ProtoWriter encode(JsonNode object) {
      var out = new ProtoWriter();
      object
          .properties()
          .forEach(
              entry -> {
                Field field = fields.get(entry.getKey());
                if (field == null) {
                  out.text(FUTURE, entry.getValue().toString());
                } else if (entry.getValue().isArray()) {
                  entry.getValue().forEach(item -> add(out, field, item));
                } else if (!entry.getValue().isNull()) {
                  add(out, field, entry.getValue());
                }
              });
      return out;
    }

    private static void add(ProtoWriter out, Field field, JsonNode value) {
      int number = field.number;
      switch (field.type) {
        case TEXT -> out.text(number, value.asText());
        case NUMBER -> out.number(number, value.asLong());
        case TIME -> time(out, number, value.asText());
        case TEXTS ->
            value.properties().forEach(e -> out.entry(number, e.getKey(), e.getValue().asText()));
        case QUANTITIES ->
            value
                .properties()
                .forEach(e -> out.quantity(number, e.getKey(), e.getValue().asText()));
        case MESSAGE -> out.message(number, field.message.encode(value));
      }
    }

    /** What is no time is a time that is not set, which is a message without fields. */
    private static void time(ProtoWriter out, int number, String text) {
      try {
        out.time(number, Instant.parse(text).toEpochMilli());
      } catch (DateTimeException e) {
        out.message(number, new ProtoWriter());
      }
    }
  }

  private static final Schema META =
      new Schema()
          .with("name", 1, Type.TEXT)
          .with("namespace", 3, Type.TEXT)
          .with("uid", 5, Type.TEXT)
          .with("resourceVersion", 6, Type.TEXT)
          .with("generation", 7, Type.NUMBER)
          .with("creationTimestamp", 8, Type.TIME)
          .with("labels", 11, Type.TEXTS)
          .with("annotations", 12, Type.TEXTS)
          .with("finalizers", 14, Type.TEXT);

  private static final Schema RESOURCES =
      new Schema().with("limits", 1, Type.QUANTITIES).with("requests", 2, Type.QUANTITIES);

  private static final Schema CONTAINER =
      new Schema()
          .with("name", 1, Type.TEXT)
          .with("image", 2, Type.TEXT)
          .with("resources", 8, RESOURCES)
          .with("restartPolicy", 24, Type.TEXT);

  private static final Schema STATE =
      new Schema()
          .with("waiting", 1, new Schema().with("reason", 1, Type.TEXT))
          .with("running", 2, new Schema().with("startedAt", 1, Type.TIME))
          .with("terminated", 3, new Schema().with("startedAt", 5, Type.TIME));

  private static final Schema POD =
      new Schema()
          .with("metadata", 1, META)
          .with(
              "spec",
              2,
              new Schema()
                  .with("containers", 2, CONTAINER)
                  .with("restartPolicy", 3, Type.TEXT)
                  .with("nodeName", 10, Type.TEXT)
                  .with("schedulerName", 19, Type.TEXT)
                  .with("initContainers", 20, CONTAINER)
                  .with("overhead", 32, Type.QUANTITIES)
                  .with("resources", 40, RESOURCES))
          .with(
              "status",
              3,
              new Schema()
                  .with("phase", 1, Type.TEXT)
                  .with(
                      "conditions",
                      2,
                      new Schema()
                          .with("type", 1, Type.TEXT)
                          .with("status", 2, Type.TEXT)
                          .with("lastTransitionTime", 4, Type.TIME)
                          .with("reason", 5, Type.TEXT)
                          .with("message", 6, Type.TEXT))
                  .with("startTime", 7, Type.TIME)
                  .with(
                      "containerStatuses",
                      8,
                      new Schema()
                          .with("name", 1, Type.TEXT)
                          .with("state", 2, STATE)
                          .with("lastState", 3, STATE)
                          .with("ready", 4, Type.NUMBER)
                          .with("restartCount", 5, Type.NUMBER))
                  .with("nominatedNodeName", 11, Type.TEXT));

  private static final Schema NODE =
      new Schema()
          .with("metadata", 1, META)
          .with("spec", 2, new Schema().with("podCIDR", 1, Type.TEXT))
          .with(
              "status",
              3,
              new Schema()
                  .with("capacity", 1, Type.QUANTITIES)
                  .with("allocatable", 2, Type.QUANTITIES)
                  .with(
                      "addresses",
                      5,
                      new Schema().with("type", 1, Type.TEXT).with("address", 2, Type.TEXT)));

  /** Takes texts in single quotes, too, which need no escapes in Java. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

  private ProtoJson() {}

  /** A Pod. */
  public static ProtoWriter pod(String json) {
    return encode(POD, json);
  }

  /** A Node. */
  public static ProtoWriter node(String json) {
    return encode(NODE, json);
  }

  /** A reader of a message. */
  static ProtoReader reader(ProtoWriter message) {
    byte[] bytes = message.toBytes();
    return new ProtoReader(bytes, 0, bytes.length);
  }

  private static ProtoWriter encode(Schema schema, String json) {
    try {
      return schema.encode(MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
