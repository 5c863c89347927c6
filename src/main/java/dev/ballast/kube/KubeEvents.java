package dev.ballast.kube;

import com.fasterxml.jackson.core.JsonFactory;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events of events.k8s.io/v1 about a Lease or about pods, which are found by {@code kubectl
 * get events} in their namespaces. A call returns at once and is tried once; that it failed is told
 * in the log, the first time only, as an Event is a courtesy. Safe for use by many threads.
 */
public final class KubeEvents {
  private static final Logger LOG = LoggerFactory.getLogger(KubeEvents.class);
  private static final long TIMEOUT_SECONDS = 10;
  private static final int MAX_NOTE = 1024;
  private static final int MAX_INSTANCE = 128;
  private static final int MAX_DETAIL = 300;
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Whether an Event tells of something to look after. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  /**
   * What Events are about that are about nothing else, and who writes them.
   *
   * @param namespace of the Lease
   * @param lease its name
   * @param controller the kind of writer, a qualified name such as {@code ballast.dev/extender}
   * @param instance this process, at most 128 characters
   */
  public record Subject(String namespace, String lease, String controller, String instance) {}

  /** What an Event is about: an object, and how its Event's name begins. */
  private record About(String apiVersion, String kind, String namespace, String name, String uid) {}

  private final Subject subject;
  private final About lease;
  private final String url;
  private final HttpClient http;
  private final JsonFactory json = new JsonFactory();
  private final AtomicBoolean told = new AtomicBoolean();

  public KubeEvents(KubeConnection connection, Subject subject) {
    this.subject = subject;
    lease = new About("coordination.k8s.io/v1", "Lease", subject.namespace(), subject.lease(), "");
    url = connection.masterUrl() + "apis/events.k8s.io/v1/namespaces/";
    http = connection.oneTry();
  }

  /**
   * Writes an Event about the Lease.
   *
   * @param action what was done, in CamelCase
   * @param reason why, in CamelCase
   * @param note a text for people; what is beyond the API's limit of 1024 bytes is cut
   */
  public void write(Type type, String action, String reason, String note, long nowMillis) {
    write(lease, type, action, reason, note, nowMillis);
  }

  /** Writes an Event about a pod, in its namespace. */
  public void writeAboutPod(
      String namespace,
      String name,
      String uid,
      Type type,
      String action,
      String reason,
      String note,
      long nowMillis) {
    write(new About("v1", "Pod", namespace, name, uid), type, action, reason, note, nowMillis);
  }

  private void write(
      About about, Type type, String action, String reason, String note, long nowMillis) {
    var request =
        http.newHttpRequestBuilder()
            .uri(URI.create(url + about.namespace() + "/events"))
            .method("POST", "application/json", body(about, type, action, reason, note, nowMillis))
            .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .build();
    var unused =
        http.sendAsync(request, byte[].class)
            .whenComplete((response, failure) -> tell(about, reason, response, failure));
  }

  private void tell(
      About about,
      String reason,
      @Nullable HttpResponse<byte[]> response,
      @Nullable Throwable failure) {
    if (response != null && response.isSuccessful()) {
      return;
    }
    if (told.compareAndSet(false, true)) {
      LOG.warn(
          "Event {} cannot be written in namespace {}: {}. Further ones are not told of. Check that"
              + " this account may create events of events.k8s.io there",
          reason,
          about.namespace(),
          response == null ? String.valueOf(failure) : detail(response));
    }
  }

  private static String detail(HttpResponse<byte[]> response) {
    byte[] body = response.body();
    String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
    return "status "
        + response.code()
        + ": "
        + text.substring(0, Math.min(text.length(), MAX_DETAIL));
  }

  private String body(
      About about, Type type, String action, String reason, String note, long nowMillis) {
    var out = new StringWriter();
    try (var generator = json.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeStringField("apiVersion", "events.k8s.io/v1");
      generator.writeStringField("kind", "Event");
      generator.writeObjectFieldStart("metadata");
      generator.writeStringField("generateName", about.name() + "-");
      generator.writeStringField("namespace", about.namespace());
      generator.writeEndObject();
      generator.writeStringField("eventTime", MICRO_TIME.format(Instant.ofEpochMilli(nowMillis)));
      generator.writeStringField("reportingController", subject.controller());
      generator.writeStringField("reportingInstance", cut(subject.instance(), MAX_INSTANCE));
      generator.writeStringField("type", type.word);
      generator.writeStringField("action", action);
      generator.writeStringField("reason", reason);
      generator.writeStringField("note", cut(note, MAX_NOTE));
      generator.writeObjectFieldStart("regarding");
      generator.writeStringField("apiVersion", about.apiVersion());
      generator.writeStringField("kind", about.kind());
      generator.writeStringField("namespace", about.namespace());
      generator.writeStringField("name", about.name());
      if (!about.uid().isEmpty()) {
        generator.writeStringField("uid", about.uid());
      }
      generator.writeEndObject();
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return out.toString();
  }

  /** The whole characters of a text that fit into so many bytes. */
  private static String cut(String text, int most) {
    var fitting = CharBuffer.wrap(text);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(fitting, ByteBuffer.allocate(most), true);
    return text.substring(0, fitting.position());
  }
}
