package dev.ballast.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.CipherSuite;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the Kubernetes API, from a kubeconfig or from inside the cluster. Nothing is sent
 * before it is used. Safe for use by many threads; {@link #close} is idempotent.
 */
public final class KubeConnection implements AutoCloseable {
  /**
   * Connections that are kept for the next call: those of the most patches that are under way at a
   * time, and some more. OkHttp keeps five; the rest of each batch then begins with a handshake,
   * which costs both sides more than the patch.
   */
  private static final int MAX_IDLE_CONNECTIONS = 32;

  private static final long KEEP_ALIVE_MINUTES = 5;

  /**
   * After this time without a byte, a connection is dead: a watch brings a bookmark each minute.
   */
  static final Duration SILENCE = Duration.ofSeconds(150);

  private final Config config;
  private final Duration silence;
  private @Nullable KubernetesClient client; // guarded by this
  private @Nullable HttpClient oneTry; // guarded by this

  private KubeConnection(Config config, Duration silence) {
    this.config = config;
    this.silence = silence;
  }

  /**
   * TLS as usual, but with ChaCha20 first: the first JIT compiler has no instructions for AES, so
   * that its GCM takes four times as long.
   */
  private static final ConnectionSpec TLS =
      new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
          .cipherSuites(
              Stream.of(true, false)
                  .flatMap(chaCha -> suites().filter(suite -> isChaCha(suite) == chaCha))
                  .toArray(CipherSuite[]::new))
          .build();

  private static Stream<CipherSuite> suites() {
    return requireNonNull(ConnectionSpec.MODERN_TLS.cipherSuites()).stream();
  }

  private static boolean isChaCha(CipherSuite suite) {
    return suite.javaName().contains("CHACHA20");
  }

  /** The client's own factory, with room for more idle connections and an end to each read. */
  private final class Http extends OkHttpClientFactory {
    @Override
    protected void additionalConfig(OkHttpClient.Builder builder) {
      builder.connectionPool(
          new ConnectionPool(MAX_IDLE_CONNECTIONS, KEEP_ALIVE_MINUTES, TimeUnit.MINUTES));
      builder.connectionSpecs(List.of(TLS, ConnectionSpec.CLEARTEXT));
      int millis = Math.toIntExact(silence.toMillis()); // the client itself sets no end
      builder.addInterceptor(
          chain -> chain.withReadTimeout(millis, TimeUnit.MILLISECONDS).proceed(chain.request()));
    }
  }

  /**
   * A connection for feeds and patches.
   *
   * @param kubeconfig the file; without it KUBECONFIG, the home folder's or the pod's service
   *     account
   * @throws IllegalArgumentException when the file cannot be read or is no kubeconfig
   */
  public static KubeConnection general(Optional<Path> kubeconfig) {
    return general(kubeconfig, SILENCE);
  }

  /** The same, with another time after which a silent connection is dead. */
  static KubeConnection general(Optional<Path> kubeconfig, Duration silence) {
    return new KubeConnection(config(kubeconfig).build(), silence);
  }

  /**
   * A connection for a leader lease: one try a call, none longer than the timeout.
   *
   * @throws IllegalArgumentException when the file cannot be read or is no kubeconfig
   */
  public static KubeConnection forLease(Optional<Path> kubeconfig, Duration requestTimeout) {
    int millis = Math.toIntExact(requestTimeout.toMillis());
    return new KubeConnection(
        config(kubeconfig)
            .withRequestTimeout(millis)
            .withConnectionTimeout(millis)
            .withRequestRetryBackoffLimit(0)
            .build(),
        SILENCE);
  }

  /**
   * A connection for a command that somebody waits for: one try a call, none longer than the
   * timeout.
   *
   * @throws IllegalArgumentException when the file cannot be read or is no kubeconfig
   */
  public static KubeConnection forCommand(Optional<Path> kubeconfig, Duration requestTimeout) {
    return forLease(kubeconfig, requestTimeout);
  }

  /** The client, which is made when it is first needed: an extender on a good day never does. */
  synchronized KubernetesClient client() {
    if (client == null) {
      client =
          new KubernetesClientBuilder()
              .withConfig(config)
              .withHttpClientFactory(new Http())
              .build();
    }
    return client;
  }

  /** What is called in plain HTTP: one try a call, under the account of the client. */
  synchronized HttpClient oneTry() {
    if (oneTry == null) {
      var once = new ConfigBuilder(config).withRequestRetryBackoffLimit(0).build();
      HttpClient.Builder builder = new Http().newBuilder(once);
      oneTry = builder.build();
    }
    return oneTry;
  }

  /** Where the API server is, with a slash at the end. */
  String masterUrl() {
    return config.getMasterUrl();
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
    }
    if (oneTry != null) {
      oneTry.close();
    }
  }

  private static ConfigBuilder config(Optional<Path> kubeconfig) {
    Config base = kubeconfig.map(KubeConnection::read).orElseGet(() -> Config.autoConfigure(null));
    // Connections of their own for watches and patches: 1.4 to 1.7 times the patches a second.
    return new ConfigBuilder(base).withUserAgent("ballast").withHttp2Disable(true);
  }

  private static Config read(Path kubeconfig) {
    if (!Files.isReadable(kubeconfig) || Files.isDirectory(kubeconfig)) {
      throw new IllegalArgumentException(
          "kubeconfig " + kubeconfig + " cannot be read: give the path of a readable file");
    }
    try {
      return PlainKubeconfig.read(kubeconfig)
          .map(PlainKubeconfig::config)
          .orElseGet(() -> Config.fromKubeconfig(kubeconfig.toFile()));
    } catch (RuntimeException e) { // whatever a broken file makes of the parser
      throw new IllegalArgumentException(
          "kubeconfig " + kubeconfig + " is no kubeconfig: " + e.getMessage(), e);
    }
  }
}
