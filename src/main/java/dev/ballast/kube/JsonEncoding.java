package dev.ballast.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;

/** JSON, in which custom resources come. */
final class JsonEncoding implements Encoding<JsonNode> {
  /** The only one. */
  static final JsonEncoding JSON = new JsonEncoding();

  private static final String CONTENT_TYPE = "application/json";

  private final ObjectReader reader = new ObjectMapper().readerFor(JsonNode.class);

  private JsonEncoding() {}

  @Override
  public String list() {
    return CONTENT_TYPE;
  }

  @Override
  public String watch() {
    return CONTENT_TYPE + ";stream=watch";
  }

  @Override
  public Framing framing() {
    return Framing.LINES;
  }

  @Override
  public void page(byte[] body, Page<JsonNode> page) throws IOException {
    JsonNode list = object(reader.readValue(body));
    JsonNode metadata = list.path("metadata");
    page.version(metadata.path("resourceVersion").asText(""));
    page.next(metadata.path("continue").asText(""));
    for (JsonNode item : list.path("items")) {
      page.item(item);
    }
  }

  @Override
  public void event(Frame frame, Event<JsonNode> event) throws IOException {
    JsonNode read =
        object(reader.readValue(frame.bytes(), frame.from(), frame.end() - frame.from()));
    event.take(read.path("type").asText(""), read.path("object"));
  }

  private static JsonNode object(JsonNode read) throws IOException {
    if (!read.isObject()) {
      throw new IOException("no JSON object where one should be");
    }
    return read;
  }

  @Override
  public Meta metadata(JsonNode object) {
    var meta = new Meta();
    JsonNode metadata = object.path("metadata");
    meta.name = metadata.path("name").asText("");
    meta.namespace = metadata.path("namespace").asText("");
    meta.uid = metadata.path("uid").asText("");
    meta.resourceVersion = metadata.path("resourceVersion").asText("");
    return meta;
  }

  @Override
  public Status status(JsonNode status) {
    return new Status(
        status.path("message").asText(""),
        status.path("reason").asText(""),
        status.path("code").asLong());
  }

  @Override
  public Status status(byte[] body) throws IOException {
    return status(object(reader.readValue(body)));
  }
}
