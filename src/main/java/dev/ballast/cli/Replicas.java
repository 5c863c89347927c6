package dev.ballast.cli;

import dev.ballast.explain.Json;
import dev.ballast.explain.Reply;
import dev.ballast.kube.ClusterReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** The running replicas, all of which are asked at once, as each knows only what it was asked. */
final class Replicas {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_MESSAGE = 300;
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /** A way to a replica. */
  interface Source {
    /** How it is called in reports. */
    String name();

    /** The body of a GET. */
    String get(String path) throws IOException;

    /** Whether asking makes sense. */
    default boolean mayAnswer() {
      return true;
    }
  }

  private final List<Source> sources;

  Replicas(List<Source> sources) {
    this.sources = List.copyOf(sources);
  }

  /** A replica by its URL. */
  static Source url(String url) {
    return new Source() {
      @Override
      public String name() {
        return url;
      }

      @Override
      public String get(String path) throws IOException {
        return fetch(url + path);
      }
    };
  }

  /** A replica by its pod: through the API server, else directly. */
  static Source pod(ClusterReader cluster, ClusterReader.Replica pod) {
    return new Source() {
      @Override
      public String name() {
        return "pod " + pod.namespace() + "/" + pod.name();
      }

      @Override
      public String get(String path) throws IOException {
        try {
          return cluster.proxied(pod, path);
        } catch (IOException proxy) {
          if (pod.ip().isEmpty()) {
            throw proxy;
          }
          String host = pod.ip().contains(":") ? "[" + pod.ip() + "]" : pod.ip();
          String url = "http://" + host + ":" + pod.port();
          try {
            return fetch(url + path);
          } catch (IOException direct) {
            throw new IOException(
                proxy.getMessage() + "; directly at " + url + ": " + direct.getMessage(), direct);
          }
        }
      }
    };
  }

  /** A way that is closed. */
  static Source unreachable(String name, String why) {
    return new Source() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String get(String path) throws IOException {
        throw new IOException(why);
      }

      @Override
      public boolean mayAnswer() {
        return false;
      }
    };
  }

  /** Asks all of them, and waits for the last answer or its timeout. */
  <T> List<Reply<T>> ask(String path, Class<T> type) {
    var threads = Executors.newFixedThreadPool(Math.min(16, sources.size()));
    try {
      var asked =
          sources.stream()
              .map(
                  source -> CompletableFuture.supplyAsync(() -> reply(source, path, type), threads))
              .toList();
      return asked.stream().map(CompletableFuture::join).toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> Reply<T> reply(Source source, String path, Class<T> type) {
    try {
      return Reply.of(source.name(), Json.read(source.get(path), type));
    } catch (IOException e) {
      return Reply.failed(source.name(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return Reply.failed(
          source.name(), "what answers there is no extender of Ballast (" + e.getMessage() + ")");
    }
  }

  private static String fetch(String url) throws IOException {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
    try {
      var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        return response.body();
      }
      String body = response.body().strip();
      throw new IOException(
          "status "
              + response.statusCode()
              + (response.statusCode() == 404
                  ? ": no extender of Ballast, or one that is too old"
                  : body.isEmpty()
                      ? ""
                      : ": " + body.substring(0, Math.min(MAX_MESSAGE, body.length()))));
    } catch (ConnectException e) {
      throw new IOException("connection refused", e);
    } catch (HttpTimeoutException e) {
      throw new IOException("no answer within " + TIMEOUT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
