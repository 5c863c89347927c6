package dev.ballast.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.http.Context;
import io.javalin.util.JavalinException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server whose clients keep their connection, call after call: every request body is
 * read to its end on every path, every answer has a Content-Length and leaves in one write, errors
 * have no body, and a connection may be idle for five minutes (kube-scheduler drops its own after
 * 90 s and must be the one who does). Safe for use by many threads; {@link #close} is idempotent.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int IDLE_TIMEOUT_MILLIS = 300_000;
  private static final int OUTPUT_BUFFER_BYTES =
      512 * 1024; // 15,000 names fit: head and body in one write
  private static final int FIRST_READ_BYTES = 64 * 1024;
  private static final long TOO_LARGE_LOG_MILLIS = 60_000;

  /** Told of a request over the limit, by path. */
  public interface TooLarge {
    void refused(String path);
  }

  /**
   * What a server needs to know.
   *
   * @param name for log lines and thread names
   * @param host the address to listen on
   * @param port the port to listen on; 0 picks a free one
   * @param maxRequestBytes a longer request body is refused with 413
   * @param tooLargeAdvice what the log says of a body over the limit
   * @param tooLarge told of each body over the limit
   * @param nanoClock monotonic clock in nanoseconds
   */
  public record Settings(
      String name,
      String host,
      int port,
      int maxRequestBytes,
      String tooLargeAdvice,
      TooLarge tooLarge,
      LongSupplier nanoClock) {}

  private final Settings settings;
  private final Map<String, Map<String, Handler>> routes;
  private final Javalin javalin;
  private final AtomicLong lastTooLargeNanos = new AtomicLong(Long.MIN_VALUE);

  /**
   * A server that is not started yet.
   *
   * @param routes handlers by path, then by method
   */
  public HttpServer(Settings settings, Map<String, Map<String, Handler>> routes) {
    this.settings = settings;
    this.routes = Map.copyOf(routes);
    this.javalin =
        Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.startupWatcherEnabled = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.http.compressionStrategy = CompressionStrategy.NONE;
              var threads = new QueuedThreadPool(16, 4, 60_000);
              threads.setName(settings.name());
              config.jetty.threadPool = threads;
              config.jetty.modifyHttpConfiguration(
                  http -> {
                    http.setSendServerVersion(false);
                    http.setSendDateHeader(false);
                    http.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
                    http.setOutputAggregationSize(OUTPUT_BUFFER_BYTES);
                  });
              config.jetty.addConnector(
                  (server, http) -> {
                    var connector =
                        new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
                    connector.setHost(settings.host());
                    connector.setPort(settings.port());
                    connector.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
                    return connector;
                  });
              config.jetty.modifyServer(
                  server -> {
                    var monitor = server.getBean(LowResourceMonitor.class);
                    if (monitor != null) {
                      server.removeBean(monitor); // it shortens idle timeouts when threads are low
                    }
                    // Jetty's own error pages have a body; ours have none. The status is set.
                    server.setErrorHandler(
                        (request, response, callback) -> {
                          response.write(true, null, callback);
                          return true;
                        });
                    server.setStopTimeout(2_000);
                  });
              config.routes.before(this::dispatch); // before routing, so for any path and method
            });
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalStateException when it cannot listen on the address and port
   */
  public void start() {
    try {
      javalin.start();
    } catch (JavalinException e) {
      throw new IllegalStateException(
          "%s: cannot listen on %s:%d: %s. Give an address of this machine and a port that is free."
              .formatted(settings.name(), settings.host(), settings.port(), rootMessage(e)),
          e);
    }
  }

  private static @Nullable String rootMessage(Throwable failure) {
    var cause = failure;
    for (var next = cause.getCause(); next != null; next = next.getCause()) {
      cause = next;
    }
    return cause.getMessage();
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
  }

  private void dispatch(Context context) throws IOException {
    var request = context.req();
    var response = context.res();
    context.skipRemainingHandlers();
    long arrivedNanos = settings.nanoClock().getAsLong();
    byte[] body = new byte[capacityFor(request)];
    int length;
    try {
      length = read(request.getInputStream(), body);
      while (length == body.length && body.length < settings.maxRequestBytes() + 1) {
        body =
            Arrays.copyOf(body, (int) Math.min(2L * body.length, settings.maxRequestBytes() + 1L));
        length += read(request.getInputStream(), body, length);
      }
    } catch (IOException e) { // the client went away or sent less than it announced
      LOG.debug("{}: a request body ended early", settings.name(), e);
      closing(response, 400);
      return;
    }
    if (length > settings.maxRequestBytes()) {
      refuseTooLarge(request, response);
      return;
    }
    send(response, answer(request, body, length, arrivedNanos));
  }

  private Response answer(HttpServletRequest request, byte[] body, int length, long arrivedNanos) {
    var methods = routes.get(request.getRequestURI());
    if (methods == null) {
      return Response.empty(404);
    }
    var handler = methods.get(request.getMethod());
    if (handler == null) {
      return Response.empty(405);
    }
    @Nullable String query = request.getQueryString();
    try {
      return handler.handle(new Request(query == null ? "" : query, body, length, arrivedNanos));
    } catch (RuntimeException e) { // a defect; the framework's own answer would have a body
      LOG.error(
          "{}: {} {} failed", settings.name(), request.getMethod(), request.getRequestURI(), e);
      return Response.empty(500);
    }
  }

  /** One more than the announced length, so that a single read sees the end. */
  private int capacityFor(HttpServletRequest request) {
    long announced = request.getContentLengthLong();
    long wanted = announced < 0 ? FIRST_READ_BYTES : announced + 1;
    return (int) Math.min(wanted, settings.maxRequestBytes() + 1L);
  }

  private static int read(InputStream in, byte[] buffer) throws IOException {
    return read(in, buffer, 0);
  }

  private static int read(InputStream in, byte[] buffer, int from) throws IOException {
    return in.readNBytes(buffer, from, buffer.length - from);
  }

  private void refuseTooLarge(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    settings.tooLarge().refused(request.getRequestURI());
    long now = settings.nanoClock().getAsLong();
    long last = lastTooLargeNanos.get();
    boolean due = last == Long.MIN_VALUE || now - last > TOO_LARGE_LOG_MILLIS * 1_000_000;
    if (due && lastTooLargeNanos.compareAndSet(last, now)) {
      LOG.warn(
          "{}: refused a request to {} of {} bytes, the limit is {}. {}",
          settings.name(),
          request.getRequestURI(),
          request.getContentLengthLong() < 0 ? "unknown" : request.getContentLengthLong(),
          settings.maxRequestBytes(),
          settings.tooLargeAdvice());
    }
    closing(response, 413);
  }

  private static void closing(HttpServletResponse response, int status) {
    response.setHeader("Connection", "close");
    response.setStatus(status);
    response.setContentLength(0);
  }

  private static void send(HttpServletResponse response, Response answer) throws IOException {
    response.setStatus(answer.status());
    response.setContentLength(answer.length());
    if (answer.length() > 0) {
      response.setContentType(answer.contentType());
      response.getOutputStream().write(answer.body(), 0, answer.length());
    }
  }
}
