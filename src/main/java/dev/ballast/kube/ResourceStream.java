package dev.ballast.kube;

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
 * Lists and watches of one resource of the core API, in all namespaces, encoded as protobuf: a
 * third of the bytes of JSON, already encoded when kube-scheduler watches it too, and passed over
 * where it is not needed. Safe for use by many threads.
 */
final class ResourceStream {
  /** Objects a page: small enough for the request timeout of a busy API server. */
  static final int PAGE = 500;

  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration WATCH = Duration.ofMinutes(9);
  private static final Duration OPENING = Duration.ofSeconds(30);
  private static final int GONE = 410;
  private static final int MAX_MESSAGE = 300;

  /** What was asked for lies too far in the past: it must be listed again. */
  static final class GoneException extends IOException {
    private static final long serialVersionUID = 1L;

    GoneException(String message) {
      super(message);
    }
  }

  private final KubeConnection connection;
  private final String name;

  /**
   * A resource.
   *
   * @param name its plural, as in the path
   */
  ResourceStream(KubeConnection connection, String name) {
    this.connection = connection;
    this.name = name;
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
  ProtoReader page(String next) throws IOException, InterruptedException {
    String from = next.isEmpty() ? "" : "&continue=" + encode(next);
    var http = connection.oneTry();
    var request =
        request(http, "?limit=" + PAGE + from, Wire.CONTENT_TYPE)
            .timeout(PAGE_TIMEOUT.toSeconds() + 1, TimeUnit.SECONDS) // nobody waits any more
            .build();
    HttpResponse<byte[]> response = await(http.sendAsync(request, byte[].class), PAGE_TIMEOUT);
    byte[] body = response.body();
    if (!response.isSuccessful()) {
      throw failure(response.code(), body);
    }
    return Wire.unwrap(new ProtoReader(body, 0, body.length));
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
    var request = request(http, query, Wire.WATCH_CONTENT_TYPE).forStreaming().build();
    var stream = new WatchStream();
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
        .uri(URI.create(connection.masterUrl() + "api/v1/" + name + query))
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

  private static IOException failure(int code, byte[] body) {
    String message = "HTTP " + code;
    try {
      if (body.length > 0) {
        message += ", " + Status.read(Wire.unwrap(new ProtoReader(body, 0, body.length))).message;
      }
    } catch (ProtoReader.MalformedException e) { // of a proxy, say
      String text = new String(body, StandardCharsets.UTF_8);
      message += ", " + text.substring(0, Math.min(text.length(), MAX_MESSAGE)).strip();
    }
    return code == GONE ? new GoneException(message) : new IOException(message);
  }

  /** The failure that a Status in the place of an object tells. */
  static IOException failure(ProtoReader object) {
    var status = Status.read(object);
    return status.code == GONE || status.reason.equals("Expired")
        ? new GoneException(status.message)
        : new IOException(status.message);
  }

  /** The part of a Status that is told. */
  private static final class Status {
    String message = "";
    String reason = "";
    long code;

    static Status read(ProtoReader in) {
      var status = new Status();
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 3 -> status.message = in.text();
          case 4 -> status.reason = in.text();
          case 6 -> status.code = in.varint();
          default -> {}
        }
      }
      return status;
    }
  }
}
