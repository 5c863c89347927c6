package dev.ballast.prometheus;

import dev.ballast.annotator.MetricSource;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.config.PrometheusConfig;
import dev.ballast.prometheus.AnswerDecoder.BadAnswer;
import dev.ballast.prometheus.AnswerDecoder.Values;
import dev.ballast.prometheus.AnswerDecoder.Wanted;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Prometheus, or what speaks its HTTP API, as a source of load. Safe for use by many threads; a
 * call blocks its thread for at most the timeout, or until {@link #close}.
 *
 * <p>Queries go as a form by {@code POST}, so their length does not matter; instant queries carry
 * no time, so the source's own clock counts. Redirects are not followed: a {@code POST} loses its
 * query by most of them, and credentials would go elsewhere.
 */
public final class PrometheusClient implements MetricSource, AutoCloseable {
  private static final int MAX_QUERY_IN_MESSAGE = 160;
  private static final long MAX_ERROR_BODY_BYTES = 1 << 20;

  private final PrometheusConfig settings;
  private final String url;
  private final OkHttpClient http;

  /**
   * A client; connects with the first query.
   *
   * @param settings with a url
   * @throws IllegalArgumentException when there is no url, or the CA file or a header cannot be
   *     used
   */
  public PrometheusClient(PrometheusConfig settings) {
    this.settings = settings;
    String base =
        settings
            .url()
            .orElseThrow(() -> new IllegalArgumentException("prometheus.url is missing"))
            .toString();
    this.url = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    Duration none = Duration.ZERO; // the timeout of the whole call is enough
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .callTimeout(settings.timeout())
            .connectTimeout(none)
            .readTimeout(none)
            .writeTimeout(none)
            .followRedirects(false)
            .followSslRedirects(false);
    Trust.apply(settings, builder);
    this.http = builder.build();
    settings.headers().forEach(PrometheusClient::checkHeader);
  }

  private static void checkHeader(String name, String value) {
    try {
      new Request.Builder().header(name, value);
    } catch (IllegalArgumentException e) { // its message may hold a secret
      throw new IllegalArgumentException(
          "prometheus header '" + name + "' has characters that no header may have");
    }
  }

  @Override
  public InstantAnswer query(String promql, String label)
      throws SourceException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    long[] newest = {0};
    int[] unlabelled = {0};
    Values values =
        (found, millis, value) -> {
          newest[0] = Math.max(newest[0], millis);
          if (found == null) {
            unlabelled[0]++;
          } else {
            samples.add(new Sample(found, value));
          }
        };
    ask(promql, instant(promql), "query", Wanted.VECTOR, label, values);
    return new InstantAnswer(Instant.ofEpochMilli(newest[0]), samples, unlabelled[0]);
  }

  @Override
  public OptionalDouble queryNumber(String promql) throws SourceException, InterruptedException {
    List<Double> numbers = new ArrayList<>();
    Values values = (found, millis, value) -> numbers.add(value);
    ask(promql, instant(promql), "query", Wanted.NUMBER, "", values);
    if (numbers.size() > 1) {
      throw failure(
          Cause.BAD_SHAPE,
          promql,
          "the answer has " + numbers.size() + " series: make it one number, for example by sum()");
    }
    return numbers.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(numbers.get(0));
  }

  @Override
  public void queryRange(
      String promql, String label, Instant start, Instant end, Duration step, RangeSink sink)
      throws SourceException, InterruptedException {
    FormBody form =
        form(promql)
            .add("start", seconds(start.toEpochMilli()))
            .add("end", seconds(end.toEpochMilli()))
            .add("step", seconds(step.toMillis()))
            .build();
    Values values =
        (found, millis, value) -> {
          if (found != null) {
            sink.accept(found, millis, value);
          }
        };
    ask(promql, form, "query_range", Wanted.MATRIX, label, values);
  }

  /**
   * Evaluates a range selector at the source's own time: raw samples, with their own times. Series
   * without the label are left out.
   *
   * @throws SourceException when there is no whole and valid answer; samples already handed to the
   *     sink are then to be dropped
   */
  public void querySamples(String selector, String label, RangeSink sink)
      throws SourceException, InterruptedException {
    Values values =
        (found, millis, value) -> {
          if (found != null) {
            sink.accept(found, millis, value);
          }
        };
    ask(selector, instant(selector), "query", Wanted.MATRIX, label, values);
  }

  /**
   * What a server says of itself.
   *
   * @param version its version; empty when it does not tell one
   * @param date its clock, cut to the second; empty when it does not say
   */
  public record ServerInfo(Optional<String> version, Optional<Instant> date) {}

  /**
   * Asks for version and clock.
   *
   * @throws SourceException when there is no valid answer; a source without this page, which is not
   *     part of what Ballast needs, has answered
   */
  public ServerInfo serverInfo() throws SourceException, InterruptedException {
    Request request = request("", "status/buildinfo").get().build();
    Call call = http.newCall(request);
    boolean answered = false;
    try (Response response = call.execute()) {
      answered = true;
      Instant date = response.headers().getInstant("Date");
      InputStream body = new LimitedStream(response.body().byteStream(), MAX_ERROR_BODY_BYTES);
      if (response.code() == 404) {
        return new ServerInfo(Optional.empty(), Optional.ofNullable(date));
      }
      if (response.code() != 200) {
        throw refused("", response, body);
      }
      return new ServerInfo(AnswerDecoder.version(body), Optional.ofNullable(date));
    } catch (BadAnswer e) {
      throw failure(e.reason(), "", e.getMessage() + advice(e.reason()));
    } catch (IOException e) {
      throw broken("", e, answered);
    }
  }

  /** Ends the calls that are under way and the connections; later calls may still be made. */
  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.connectionPool().evictAll();
  }

  private FormBody instant(String promql) {
    return form(promql).build();
  }

  private FormBody.Builder form(String promql) {
    return new FormBody.Builder()
        .add("query", promql)
        .add("timeout", seconds(settings.timeout().toMillis()));
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%d.%03d", millis / 1000, millis % 1000);
  }

  private void ask(
      String promql, FormBody form, String path, Wanted wanted, String label, Values values)
      throws SourceException, InterruptedException {
    Call call = http.newCall(request(promql, path).post(form).build());
    boolean answered = false;
    try (Response response = call.execute()) {
      answered = true;
      read(promql, call, response, wanted, label, values);
    } catch (BadAnswer e) {
      throw failure(e.reason(), promql, e.getMessage() + advice(e.reason()));
    } catch (LimitedStream.TooLarge e) {
      throw failure(
          Cause.TOO_LARGE,
          promql,
          "the body has more than maxResponseBytes "
              + settings.maxResponseBytes()
              + "; ask for fewer series or labels, or raise the limit");
    } catch (IOException e) {
      throw broken(promql, e, answered);
    }
  }

  private void read(
      String promql, Call call, Response response, Wanted wanted, String label, Values values)
      throws SourceException, BadAnswer, IOException {
    boolean whole = false;
    try {
      InputStream body = response.body().byteStream();
      if (response.code() != 200) {
        throw refused(promql, response, body);
      }
      AnswerDecoder.decode(
          new LimitedStream(body, settings.maxResponseBytes()), wanted, label, values);
      whole = true;
    } finally {
      if (!whole) {
        call.cancel(); // else closing reads on, to use the connection again
      }
    }
  }

  private Request.Builder request(String promql, String path) throws SourceException {
    Request.Builder request = new Request.Builder().url(url + "/api/v1/" + path);
    request.header("Accept", "application/json");
    settings.headers().forEach(request::header);
    try {
      if (settings.bearerTokenFile().isPresent()) {
        String token = secret(promql, "bearerTokenFile", settings.bearerTokenFile().get());
        request.header("Authorization", "Bearer " + token);
      }
      if (settings.basicAuth().isPresent()) {
        PrometheusConfig.BasicAuth basic = settings.basicAuth().get();
        String password = secret(promql, "passwordFile", basic.passwordFile());
        request.header(
            "Authorization", Credentials.basic(basic.username(), password, StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException e) { // its message may hold the secret
      throw failure(
          Cause.CREDENTIALS, promql, "the bearer token has characters no header may have");
    }
    return request;
  }

  private SourceException failureToRead(String promql, String what, Path file, String why) {
    return failure(Cause.CREDENTIALS, promql, what + " " + file + " " + why);
  }

  private String secret(String promql, String what, Path file) throws SourceException {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (IOException e) {
      throw failureToRead(promql, what, file, "cannot be read: " + e);
    }
    if (text.isEmpty()) {
      throw failureToRead(promql, what, file, "is empty");
    }
    return text;
  }

  private SourceException refused(String promql, Response response, InputStream body) {
    int status = response.code();
    String error = AnswerDecoder.errorText(new LimitedStream(body, MAX_ERROR_BODY_BYTES));
    String came =
        error == null
            ? " with a body of type " + response.header("Content-Type", "none")
            : ": " + AnswerDecoder.cut(error);
    String location = response.header("Location");
    String advice;
    if (status >= 300 && status < 400) {
      advice = "; it redirects to " + location + ": set the url that it ends at";
    } else if (status == 401 || status == 403) {
      advice = "; check the token or the user and password";
    } else if (status == 404) {
      advice = "; check the url and its path prefix";
    } else if (status == 429 || status >= 500) {
      advice = "; the source is overloaded or broken: it is asked again";
    } else {
      advice = "; check the query";
    }
    return SourceException.ofStatus(status, text(promql, "HTTP status " + status + came + advice));
  }

  private SourceException broken(String promql, IOException e, boolean answered)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while asking Prometheus");
    }
    if (e instanceof InterruptedIOException) {
      return failure(
          Cause.TIMEOUT,
          promql,
          "no whole answer within timeout "
              + settings.timeout().toMillis()
              + " ms; make the query cheaper, for example by a recording rule, or raise the timeout");
    }
    if (answered) {
      return failure(Cause.TRUNCATED, promql, "the body broke off: " + e);
    }
    String advice =
        e instanceof SSLException
            ? "; check caFile and that url is https"
            : "; check that the url is right and can be reached from here";
    return failure(Cause.UNREACHABLE, promql, e + advice);
  }

  private static String advice(Cause cause) {
    return switch (cause) {
      case NOT_JSON -> "; is there a login page or another server at the url?";
      case WARNINGS -> "; see that all stores behind the source answer";
      case ERROR_STATUS -> "; check the query";
      default -> "";
    };
  }

  private SourceException failure(Cause cause, String promql, @Nullable String what) {
    return new SourceException(cause, text(promql, what));
  }

  private String text(String promql, @Nullable String what) {
    String query =
        promql.length() <= MAX_QUERY_IN_MESSAGE
            ? promql
            : promql.substring(0, MAX_QUERY_IN_MESSAGE) + "...";
    return url + (query.isEmpty() ? "" : ", query '" + query + "'") + ": " + what;
  }
}
