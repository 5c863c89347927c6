package dev.ballast.benchmarks;

import dev.ballast.e2e.LocalCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sends JSON texts to the API server of a local cluster with all rights: cheaper than a client with
 * objects, as the benchmark shares the machine with what it measures. Safe for use by many threads.
 */
final class ApiClient {
  private static final int THREADS = 16;
  private static final String METADATA_ONLY =
      ";g=meta.k8s.io;v=1,application/json"; // names without specs

  private final String server;
  private final String token;
  private final HttpClient http;

  ApiClient(LocalCluster cluster) {
    Path pki = Path.of(cluster.get("PKI"));
    server = cluster.get("APISERVER_URL");
    try {
      token = Files.readString(pki.resolve("admin.header")).strip().split(": ", 2)[1];
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(trusting(pki.resolve("ca.crt")))
              .build();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no access to the API server with " + pki, e);
    }
  }

  private static SSLContext trusting(Path certificate)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  void post(String path, String body) {
    send(request(path).POST(BodyPublishers.ofString(body)).build());
  }

  void delete(String path, String body) {
    send(request(path).method("DELETE", BodyPublishers.ofString(body)).build());
  }

  String get(String path) {
    return send(request(path).build());
  }

  /** A list of objects that have only metadata. */
  String list(String path) {
    return send(
        request(path)
            .header("Accept", "application/json;as=PartialObjectMetadataList" + METADATA_ONLY)
            .build());
  }

  /** A watch, an event a line, whose objects have only metadata. */
  InputStream watch(String path) throws IOException, InterruptedException {
    var response =
        http.send(
            request(path)
                .header("Accept", "application/json;as=PartialObjectMetadata" + METADATA_ONLY)
                .build(),
            BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          "watch " + path + " was answered with " + response.statusCode());
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .header("Authorization", token)
        .header("Content-Type", "application/json");
  }

  private String send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            "%s %s was answered with %d: %s"
                .formatted(
                    request.method(), request.uri(), response.statusCode(), response.body()));
      }
      return response.body();
    } catch (IOException e) {
      throw new IllegalStateException(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Does something for 0, 1 and so on, with several threads. */
  static void each(int count, IntConsumer action) {
    var threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        done.add(threads.submit(() -> action.accept(index)));
      }
      for (var future : done) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the API server was not filled", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
