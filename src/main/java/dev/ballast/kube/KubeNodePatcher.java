package dev.ballast.kube;

import com.fasterxml.jackson.core.JsonFactory;
import dev.ballast.annotator.NodePatcher;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Patches of nodes as one JSON merge patch each, on fabric8's own HTTP client: its patch calls read
 * the object first, which would double the load on the API server. A patch is tried once: by the
 * time that a retry came through, its readings would be old or this process no longer the leader.
 * Safe for use by many threads.
 */
public final class KubeNodePatcher implements NodePatcher {
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final String SMALL_ANSWER =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
  private static final long TIMEOUT_SECONDS = 10;
  private static final int MAX_DETAIL = 300;

  private final String nodesUrl;
  private final HttpClient http;
  private final JsonFactory json = new JsonFactory();

  public KubeNodePatcher(KubeConnection connection) {
    nodesUrl = connection.masterUrl() + "api/v1/nodes/";
    http = connection.oneTry();
  }

  @Override
  public CompletionStage<Patched> patch(String node, Map<String, Optional<String>> annotations) {
    String body = body(annotations);
    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    var request =
        http.newHttpRequestBuilder()
            .uri(URI.create(nodesUrl + node))
            .method("PATCH", MERGE_PATCH, body)
            .header("Accept", SMALL_ANSWER)
            .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .build();
    return http.sendAsync(request, byte[].class)
        .handle(
            (response, failure) ->
                failure != null
                    ? new Patched(Outcome.FAILED, bytes, failure.toString())
                    : patched(response, bytes));
  }

  private static Patched patched(HttpResponse<byte[]> response, int bytes) {
    if (response.isSuccessful()) {
      return new Patched(Outcome.WRITTEN, bytes, "");
    }
    return switch (response.code()) {
      case 404 -> new Patched(Outcome.GONE, bytes, "");
      case 409 -> new Patched(Outcome.CONFLICT, bytes, "");
      default -> new Patched(Outcome.FAILED, bytes, detail(response));
    };
  }

  private static String detail(HttpResponse<byte[]> response) {
    byte[] body = response.body();
    String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
    return "status "
        + response.code()
        + ": "
        + text.substring(0, Math.min(text.length(), MAX_DETAIL));
  }

  private String body(Map<String, Optional<String>> annotations) {
    var out = new StringWriter();
    try (var generator = json.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeObjectFieldStart("metadata");
      generator.writeObjectFieldStart("annotations");
      for (var annotation : annotations.entrySet()) {
        if (annotation.getValue().isPresent()) {
          generator.writeStringField(annotation.getKey(), annotation.getValue().get());
        } else {
          generator.writeNullField(annotation.getKey());
        }
      }
      generator.writeEndObject();
      generator.writeEndObject();
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter does not fail
    }
    return out.toString();
  }
}
