package dev.ballast.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ballast.inflight.BadText;
import dev.ballast.inflight.PodFacts;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneShare;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Single calls about a pod: reads it, binds it to a node, writes its result. Each is tried once,
 * and waits for the answer. Safe for use by many threads.
 */
public final class KubePods {
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final String JSON = "application/json";
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int MAX_DETAIL = 300;

  /** What is known of a write afterwards. */
  public enum Certainty {
    /** It was done. */
    DONE,
    /** It was not done, and will not be. */
    REFUSED,
    /** The API server has not answered as it should: it may have been done, or be done yet. */
    UNKNOWN
  }

  /**
   * What came of a write. Immutable.
   *
   * @param code of the answer; 0 without one
   * @param message of the API server or of the failure; empty when it was done
   */
  public record Written(Certainty certainty, int code, String message) {}

  private final HttpClient http;
  private final String namespacesUrl;
  private final Duration timeout;
  private final JsonFactory json = new JsonFactory();

  /**
   * Calls over a connection.
   *
   * @param timeout of a call
   */
  public KubePods(KubeConnection connection, Duration timeout) {
    http = connection.oneTry();
    namespacesUrl = connection.masterUrl() + "api/v1/namespaces/";
    this.timeout = timeout;
  }

  /**
   * Reads a pod; empty when there is none of that name.
   *
   * @throws IOException when the API server does not say
   */
  public Optional<PodFacts> read(String namespace, String name) throws IOException {
    var request =
        http.newHttpRequestBuilder()
            .uri(uri(namespace, name, ""))
            .header("Accept", Wire.CONTENT_TYPE)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    HttpResponse<byte[]> response = await(http.sendAsync(request, byte[].class));
    if (response.code() == NOT_FOUND) {
      return Optional.empty();
    }
    if (!response.isSuccessful()) {
      throw new IOException("HTTP " + response.code() + detail(response));
    }
    try {
      byte[] body = response.body();
      var pod = PodView.read(Wire.unwrap(new ProtoReader(body, 0, body.length)));
      return Optional.of(new PodReader().read(pod, null, BadText.IGNORED));
    } catch (ProtoReader.MalformedException e) {
      throw new IOException("no pod in the answer: " + e.getMessage(), e);
    }
  }

  /**
   * Binds a pod to a node. The API server adds the result to the pod's annotations in the write
   * that sets its node, so one is never there without the other.
   *
   * <p>That the pod has this node already is no certain refusal: it may have it from this very
   * write, as a client sends one again whose connection breaks.
   *
   * @param uid of the pod: another one under its name is not bound
   * @param result what it has been given of zones; empty when nobody waits for it
   */
  public Written bind(
      String namespace, String name, String uid, String node, List<ZoneShare> result) {
    String body =
        text(
            out -> {
              out.writeStringField("apiVersion", "v1");
              out.writeStringField("kind", "Binding");
              out.writeObjectFieldStart("metadata");
              out.writeStringField("name", name);
              out.writeStringField("namespace", namespace);
              out.writeStringField("uid", uid);
              writeResult(result, out);
              out.writeEndObject();
              out.writeObjectFieldStart("target");
              out.writeStringField("apiVersion", "v1");
              out.writeStringField("kind", "Node");
              out.writeStringField("name", node);
              out.writeEndObject();
            });
    var written = write("POST", JSON, uri(namespace, name, "/binding"), body);
    boolean there =
        written.code() == CONFLICT
            && written.message().contains("is already assigned to node \"" + node + "\"");
    return there ? new Written(Certainty.UNKNOWN, CONFLICT, written.message()) : written;
  }

  /**
   * Writes the result of a pod that is bound, unless it is another pod by now.
   *
   * @param uid of the pod
   */
  public Written result(String namespace, String name, String uid, List<ZoneShare> result) {
    String body =
        text(
            out -> {
              out.writeObjectFieldStart("metadata");
              out.writeStringField("uid", uid);
              writeResult(result, out);
              out.writeEndObject();
            });
    return write("PATCH", MERGE_PATCH, uri(namespace, name, ""), body);
  }

  private static void writeResult(List<ZoneShare> result, JsonGenerator out) throws IOException {
    if (!result.isEmpty()) {
      out.writeObjectFieldStart("annotations");
      out.writeStringField(PodTopology.RESULT, TopologyResult.write(result));
      out.writeEndObject();
    }
  }

  private URI uri(String namespace, String name, String subresource) {
    return URI.create(namespacesUrl + namespace + "/pods/" + name + subresource);
  }

  private Written write(String method, String type, URI uri, String body) {
    var request =
        http.newHttpRequestBuilder()
            .uri(uri)
            .method(method, type, body)
            .header("Accept", JSON)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    try {
      HttpResponse<byte[]> response = await(http.sendAsync(request, byte[].class));
      int code = response.code();
      if (response.isSuccessful()) {
        return new Written(Certainty.DONE, code, "");
      }
      boolean refused = code >= 400 && code < 500; // before it was tried, or it cannot be done
      return new Written(
          refused ? Certainty.REFUSED : Certainty.UNKNOWN, code, "HTTP " + code + detail(response));
    } catch (IOException e) {
      return new Written(Certainty.UNKNOWN, 0, String.valueOf(e.getMessage()));
    }
  }

  private <T> HttpResponse<T> await(CompletableFuture<HttpResponse<T>> answer) throws IOException {
    try {
      return answer.get(timeout.toMillis() + 500, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(ProbeException.rootMessage(e), e);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String detail(HttpResponse<byte[]> response) {
    byte[] body = response.body();
    String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
    try {
      text = JsonEncoding.JSON.status(text.getBytes(StandardCharsets.UTF_8)).message();
    } catch (IOException e) { // of a proxy, say
      text = text.strip();
    }
    return text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), MAX_DETAIL));
  }

  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  private String text(Fields fields) {
    var out = new StringWriter();
    try (var generator = json.createGenerator(out)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return out.toString();
  }
}
