package dev.ballast.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How Prometheus is asked. Immutable.
 *
 * @param url its base URL with scheme http or https; only the annotator needs it
 * @param timeout time for a whole answer
 * @param maxResponseBytes largest answer that is read
 * @param scrapeInterval how often it scrapes the nodes
 * @param maxSeriesSteps most samples (series times steps) that one query of history may ask for
 * @param bearerTokenFile file with a bearer token, read anew when it changes; excludes basicAuth
 * @param basicAuth user and password
 * @param caFile PEM file of the authorities to trust instead of the JDK's
 * @param insecureSkipVerify takes any certificate
 * @param headers headers sent with each query, by name
 */
public record PrometheusConfig(
    Optional<URI> url,
    Duration timeout,
    long maxResponseBytes,
    Duration scrapeInterval,
    int maxSeriesSteps,
    Optional<Path> bearerTokenFile,
    Optional<BasicAuth> basicAuth,
    Optional<Path> caFile,
    boolean insecureSkipVerify,
    Map<String, String> headers) {

  /** What holds without a configuration. */
  public static final PrometheusConfig DEFAULTS =
      new PrometheusConfig(
          Optional.empty(),
          Duration.ofSeconds(10),
          64L << 20,
          Duration.ofSeconds(15),
          5_000_000,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Map.of());

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MIN_SCRAPE_INTERVAL = Duration.ofSeconds(1);
  private static final long MIN_BYTES = 64L << 10;
  private static final long MAX_BYTES = 1L << 30;
  private static final Pattern HEADER_NAME = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\t]+");

  public PrometheusConfig {
    headers = Map.copyOf(headers);
  }

  /**
   * A user and where its password is.
   *
   * @param passwordFile file with the password, read anew when it changes
   */
  public record BasicAuth(String username, Path passwordFile) {}

  static PrometheusConfig read(YamlMap map) {
    PrometheusConfig prometheus =
        new PrometheusConfig(
            map.get("url").flatMap(PrometheusConfig::url),
            map.duration("timeout", DEFAULTS.timeout, MIN_TIMEOUT),
            map.get(
                "maxResponseBytes", DEFAULTS.maxResponseBytes, v -> v.bytes(MIN_BYTES, MAX_BYTES)),
            map.duration("scrapeInterval", DEFAULTS.scrapeInterval, MIN_SCRAPE_INTERVAL),
            map.integer("maxSeriesSteps", DEFAULTS.maxSeriesSteps, 1_000, Integer.MAX_VALUE),
            map.get("bearerTokenFile").flatMap(PrometheusConfig::file),
            basicAuth(map),
            map.get("caFile").flatMap(PrometheusConfig::file),
            map.get("insecureSkipVerify", DEFAULTS.insecureSkipVerify, YamlValue::bool),
            map.map("headers").map(PrometheusConfig::headers).orElse(DEFAULTS.headers));
    map.finish();
    prometheus.check(map);
    return prometheus;
  }

  private void check(YamlMap map) {
    boolean secret = bearerTokenFile.isPresent() || basicAuth.isPresent();
    if (bearerTokenFile.isPresent() && basicAuth.isPresent()) {
      map.errorAt("bearerTokenFile", "bearerTokenFile and username exclude each other: keep one");
    }
    boolean authorizes =
        headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase("authorization"));
    if (secret && authorizes) {
      map.errorAt(
          "headers", "headers has Authorization beside bearerTokenFile or username: keep one");
    }
    if (secret && url.filter(u -> scheme(u).equals("http")).isPresent()) {
      map.warnAt("url", "url is http, so the secret travels in clear: use https");
    }
    if (insecureSkipVerify) {
      map.warnAt(
          "insecureSkipVerify",
          "insecureSkipVerify takes any certificate, so anybody between can make load up: give the"
              + " authority's certificate as caFile");
    }
    if (insecureSkipVerify && caFile.isPresent()) {
      map.errorAt("caFile", "caFile has no meaning with insecureSkipVerify: remove one of the two");
    }
  }

  private static Optional<BasicAuth> basicAuth(YamlMap map) {
    Optional<YamlValue> user = map.get("username");
    Optional<YamlValue> file = map.get("passwordFile");
    if (user.isPresent() && file.isEmpty()) {
      map.errorAt("username", "username is without a password: add passwordFile");
    } else if (user.isEmpty() && file.isPresent()) {
      map.errorAt("passwordFile", "passwordFile is without a user: add username");
    }
    Optional<String> username = user.flatMap(YamlValue::text);
    Optional<Path> passwordFile = file.flatMap(PrometheusConfig::file);
    if (username.filter(name -> name.contains(":")).isPresent()) {
      map.errorAt(
          "username",
          "username has a colon, which basic authentication cannot carry: use" + " another user");
    }
    return username.flatMap(name -> passwordFile.map(path -> new BasicAuth(name, path)));
  }

  private static Optional<URI> url(YamlValue value) {
    Optional<String> text = value.text();
    Optional<String> wrong = text.flatMap(PrometheusConfig::wrongUrl);
    wrong.ifPresent(w -> value.error("url " + w));
    return wrong.isPresent() ? Optional.empty() : text.map(URI::create);
  }

  /** What is wrong; the URL itself is not told, as it may hold a password. */
  private static Optional<String> wrongUrl(String text) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      return Optional.of("is not a URL: write one such as http://prometheus:9090");
    }
    if (!scheme(url).equals("http") && !scheme(url).equals("https")) {
      return Optional.of(
          "has neither scheme http nor https: write one such as http://prometheus:9090");
    }
    if (url.getUserInfo() != null) {
      return Optional.of(
          "holds a user, and perhaps a password, for all to read: use username and passwordFile");
    }
    if (url.getHost() == null) {
      return Optional.of("has no host: write one such as http://prometheus:9090");
    }
    if (url.getPort() > 65_535) {
      return Optional.of("has a port over 65535: correct it");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      return Optional.of("has a query or a fragment: give the base URL only");
    }
    return Optional.empty();
  }

  private static String scheme(URI url) {
    return url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
  }

  private static Optional<Path> file(YamlValue value) {
    return value
        .text()
        .flatMap(
            text -> {
              try {
                return Optional.of(Path.of(text));
              } catch (InvalidPathException e) {
                value.error(Quoted.text(text) + " cannot be the name of a file: correct it");
                return Optional.empty();
              }
            });
  }

  private static Map<String, String> headers(YamlMap map) {
    Map<String, String> headers = new LinkedHashMap<>();
    map.all()
        .forEach(
            (name, value) -> {
              if (!HEADER_NAME.matcher(name).matches()) {
                map.errorAt(
                    name,
                    Quoted.text(name)
                        + " is not the name of a header: use letters, digits and '-'");
              }
              Optional<String> text = value.text();
              if (text.filter(t -> !HEADER_VALUE.matcher(t).matches()).isPresent()) {
                value.error(
                    "the value of header "
                        + Quoted.text(name)
                        + " is not printable ASCII:"
                        + " remove other characters and line breaks");
              }
              text.ifPresent(t -> headers.put(name, t));
            });
    return headers;
  }
}
