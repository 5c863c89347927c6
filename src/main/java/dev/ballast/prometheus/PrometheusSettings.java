package dev.ballast.prometheus;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How to reach Prometheus, or what speaks its HTTP API. Immutable and checked.
 *
 * @param url scheme, host and, where needed, port and path prefix; {@code /api/v1/...} is added
 * @param timeout longest time of a whole call, from the connection to the body's last byte
 * @param maxResponseBytes most bytes of a body that are read, counted after decompression
 * @param bearerTokenFile file with a bearer token, read anew for each call so that a renewed token
 *     counts
 * @param basicAuth user and password, instead of a bearer token
 * @param caFile PEM certificates that are trusted instead of the JDK's; read once
 * @param insecureSkipVerify accepts any certificate for any name
 * @param headers further headers of each request, for example a tenant's
 */
public record PrometheusSettings(
    String url,
    Duration timeout,
    long maxResponseBytes,
    Optional<Path> bearerTokenFile,
    Optional<BasicAuth> basicAuth,
    Optional<Path> caFile,
    boolean insecureSkipVerify,
    Map<String, String> headers) {

  /**
   * A user whose password is in a file, read anew for each call.
   *
   * @param user the name
   * @param passwordFile the file; white space around the password is dropped
   */
  public record BasicAuth(String user, Path passwordFile) {}

  /** Time of a call when nothing else is said. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** Size of a body when nothing else is said: 5,000 series are some 0.6 MB. */
  public static final long DEFAULT_MAX_RESPONSE_BYTES = 200L << 20;

  /** Checks the values; an {@link IllegalArgumentException} names the wrong one. */
  public PrometheusSettings {
    url = checkedUrl(url);
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "prometheus timeout is " + timeout + ": give 1 ms to 1 hour, for example 30s");
    }
    if (maxResponseBytes < 1) {
      throw new IllegalArgumentException(
          "prometheus maxResponseBytes is " + maxResponseBytes + ": give at least 1");
    }
    if (bearerTokenFile.isPresent() && basicAuth.isPresent()) {
      throw new IllegalArgumentException(
          "prometheus has a bearer token and a basic auth user: give one of them");
    }
    headers = Map.copyOf(headers);
  }

  /** Settings without credentials, with the defaults for all else. */
  public static PrometheusSettings of(String url) {
    return new PrometheusSettings(
        url,
        DEFAULT_TIMEOUT,
        DEFAULT_MAX_RESPONSE_BYTES,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Map.of());
  }

  private static String checkedUrl(String url) {
    String advice = ": give scheme, host and port, for example http://prometheus:9090";
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("prometheus url '" + url + "' is not a URL" + advice, e);
    }
    String scheme = uri.getScheme();
    if (!"http".equals(scheme) && !"https".equals(scheme)) {
      throw new IllegalArgumentException(
          "prometheus url '" + url + "' does not begin with http:// or https://" + advice);
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("prometheus url '" + url + "' has no host" + advice);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "prometheus url has a user or a password in it: give basicAuth with a password file");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "prometheus url '" + url + "' has a query or a fragment" + advice);
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
