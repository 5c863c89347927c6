package dev.ballast.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lists and watches of one resource, in all namespaces. Safe for use by many threads.
 *
 * @param <O> an encoded object
 */
final class ResourceStream<O> {
  /** Objects a page: small enough for the request timeout of a busy API server. */
  static final int PAGE = 500;

  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration WATCH = Duration.ofMinutes(9);
  private static final Duration OPENING = Duration.ofSeconds(30);
  private static final int GONE = 410;
  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;
  private static final int MAX_MESSAGE = 300;

  /** What was asked for lies too far in the past: it must be listed again. */
  static final class GoneException extends IOException {
    private static final long serialVersionUID = 1L;

    GoneException(String message) {
      super(message);
    }
  }

  /** The API server does not know the resource, or does not show it to us. */
  static final class NotServedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Whether it is only that we may not see it. */
    final boolean forbidden;

    NotServedException(String message, boolean forbidden) {
      super(message);
      this.forbidden = forbidden;
    }
  }

  private final KubeConnection connection;
  private final String path;
  private final String name;
  private final Encoding<O> encoding;

  private ResourceStream(
      KubeConnection connection, String path, String name, Encoding<O> encoding) {
    this.connection = connection;
    this.path = path + name;
    this.name = name;
    this.encoding = encoding;
  }

  /**
   * A resource of the core API.
   *
   * @param name its plural, as in the path
   */
  static ResourceStream<ProtoReader> core(KubeConnection connection, String name) {
    return new ResourceStream<>(connection, "api/v1/", name, ProtoEncoding.PROTOBUF);
  }

  /**
   * A custom resource.
   *
   * @param name its plural, as in the path
   */
  static ResourceStream<JsonNode> custom(
      KubeConnection connection, String group, String version, String name) {
    return new ResourceStream<>(
        connection, "apis/" + group + "/" + version + "/", name, JsonEncoding.JSON);
  }

  /** Where it is, without the API server. */
  String path() {
    return path;
  }

  /** How its objects come. */
  Encoding<O> encoding() {
    return encoding;
  }

  /** Its plural. */
  String name() {
    return name;
  }

  /**
   * A page of a list, as the API stands now.
   *
   * @param next where the page before it said that it goes on; empty for the first
   */
  byte[] page(String next) throws IOException, InterruptedException {
    String from = next.isEmpty() ? "" : "&continue=" + encode(next);
    var http = connection.oneTry();
    var request =
        request(http, "?limit=" + PAGE + from, encoding.list())
            .timeout(PAGE_TIMEOUT.toSeconds() + 1, TimeUnit.SECONDS) // nobody waits any more
            .build();
    HttpResponse<byte[]> response = await(http.sendAsync(request, byte[].class), PAGE_TIMEOUT);
    byte[] body = response.body();
    if (!response.isSuccessful()) {
      throw failure(response.code(), body);
    }
    return body;
  }

  /**
   * A watch.
   *
   * @param version the version that changes are wanted from
   */
  WatchStream watch(String version) throws IOException, InterruptedException {
    var http = connection.oneTry();
    String query =
        "?watch=1&allowWatchBookmarks=true&timeoutSeconds="
            + WATCH.toSeconds()
            + "&resourceVersion="
            + encode(version);
    var request = request(http, query, encoding.watch()).forStreaming().build();
    var stream = new WatchStream(encoding.framing());
    HttpResponse<AsyncBody> response = await(http.consumeBytes(request, stream), OPENING);
    if (!response.isSuccessful()) {
      response.body().cancel();
      throw failure(response.code(), new byte[0]);
    }
    stream.begin(response.body());
    return stream;
  }

  private HttpRequest.Builder request(HttpClient http, String query, String accept) {
    return http.newHttpRequestBuilder()
        .uri(URI.create(connection.masterUrl() + path + query))
        .header("Accept", accept)
        .header("Accept-Encoding", "identity"); // packing costs the API server more than the bytes
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static <T> T await(CompletableFuture<T> answer, Duration most)
      throws IOException, InterruptedException {
    try {
      return answer.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + most.toSeconds() + " s");
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private IOException failure(int code, byte[] body) {
    String message = "HTTP " + code;
    try {
      if (body.length > 0) {
        message += ", " + encoding.status(body).message();
      }
    } catch (IOException | ProtoReader.MalformedException e) { // of a proxy, say
      String text = new String(body, StandardCharsets.UTF_8);
      message += ", " + text.substring(0, Math.min(text.length(), MAX_MESSAGE)).strip();
    }
    return switch (code) {
      case GONE -> new GoneException(message);
      case NOT_FOUND -> new NotServedException(message, false);
      case FORBIDDEN -> new NotServedException(message, true);
      default -> new IOException(message);
    };
  }

  /** The failure that a Status in the place of an object tells. */
  IOException failure(O object) {
    var status = encoding.status(object);
    return status.code() == GONE || status.reason().equals("Expired")
        ? new GoneException(status.message())
        : new IOException(status.message());
  }
}
