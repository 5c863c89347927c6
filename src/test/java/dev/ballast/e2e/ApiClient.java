package dev.ballast.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
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
 * objects, as a test or benchmark shares the machine with what it measures. Safe for use by many
 * threads.
 */
public final class ApiClient {
  private static final int THREADS = 16;
  private static final String METADATA_ONLY =
      ";g=meta.k8s.io;v=1,application/json"; // names without specs

  private final String server;
  private final String token;
  private final SSLContext context;
  private final HttpClient http;

  /** A client with the rights of an administrator. */
  public ApiClient(LocalCluster cluster) {
    Path pki = Path.of(cluster.get("PKI"));
    server = cluster.get("APISERVER_URL");
    try {
      token = Files.readString(pki.resolve("admin.header")).strip().split(": ", 2)[1];
      context = trusting(pki.resolve("ca.crt"));
      http =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no access to the API server with " + pki, e);
    }
  }

  /** TLS that trusts an authority, given as a PEM file. */
  static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
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

  /** Creates an object. */
  public void post(String path, String body) {
    send(request(path).POST(BodyPublishers.ofString(body)).build());
  }

  /** Deletes what is at a path. */
  public void delete(String path, String body) {
    send(request(path).method("DELETE", BodyPublishers.ofString(body)).build());
  }

  /** Reads what is at a path. */
  public String get(String path) {
    return send(request(path).build());
  }

  /** A list of objects that have only metadata. */
  public String list(String path) {
    return send(
        request(path)
            .header("Accept", "application/json;as=PartialObjectMetadataList" + METADATA_ONLY)
            .build());
  }

  /**
   * A socket that gives a watch: after the head of the answer an event a line, whose objects have
   * only metadata. HTTP/1.0, so that the lines come as they are; closing it ends the watch at once.
   */
  public Socket watch(String path) throws IOException {
    var address = URI.create(server);
    var socket = context.getSocketFactory().createSocket(address.getHost(), address.getPort());
    String request =
        "GET %s HTTP/1.0\r\nHost: %s\r\nAuthorization: %s\r\nAccept: %s\r\n\r\n"
            .formatted(
                path,
                address.getAuthority(),
                token,
                "application/json;as=PartialObjectMetadata" + METADATA_ONLY);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
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
  public static void each(int count, IntConsumer action) {
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
