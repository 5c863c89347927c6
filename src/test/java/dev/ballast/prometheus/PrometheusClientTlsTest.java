package dev.ballast.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.config.PrometheusConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrometheusClientTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path folder;
  private static Path ca;
  private static HttpsServer server;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException, InterruptedException {
    Path keys = folder.resolve("keys.p12");
    new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-alias",
            "server",
            "-dname",
            "CN=server",
            "-ext",
            "san=ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-storepass",
            "changeit",
            "-keystore",
            keys.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("keytool.txt").toFile())
        .start()
        .waitFor();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD);
    }
    String pem =
        Base64.getMimeEncoder().encodeToString(store.getCertificate("server").getEncoded());
    ca =
        Files.writeString(
            folder.resolve("ca.pem"),
            "-----BEGIN CERTIFICATE-----\n" + pem + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(factory.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static PrometheusClient client(String host, boolean trusted, boolean insecure) {
    return new PrometheusClient(
        new PrometheusConfig(
            Optional.of(URI.create("https://" + host + ":" + server.getAddress().getPort())),
            Duration.ofSeconds(20),
            1000,
            Duration.ofSeconds(15),
            1000,
            Optional.empty(),
            Optional.empty(),
            trusted ? Optional.of(ca) : Optional.empty(),
            insecure,
            Map.of()));
  }

  @Test
  void query_trustedCertificate_isAnswered() throws Exception {
    try (PrometheusClient client = client("127.0.0.1", true, false)) {
      assertThat(client.query("up", "instance").samples()).isEmpty();
    }
  }

  @Test
  void query_unknownCertificate_isUnreachable() {
    assertUnreachable(client("127.0.0.1", false, false));
  }

  @Test
  void query_certificateOfAnotherName_isUnreachable() {
    assertUnreachable(client("localhost", true, false));
  }

  @Test
  void query_anyCertificateWhenToldSo_isAnswered() throws Exception {
    try (PrometheusClient client = client("localhost", false, true)) {
      assertThat(client.query("up", "instance").samples()).isEmpty();
    }
  }

  private static void assertUnreachable(PrometheusClient client) {
    try (client) {
      assertThatThrownBy(() -> client.query("up", "instance"))
          .isInstanceOfSatisfying(
              SourceException.class, e -> assertThat(e.reason()).isEqualTo(Cause.UNREACHABLE))
          .hasMessageContaining("caFile");
    }
  }
}
