package dev.ballast.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server, Jetty's, for pages: clients keep their connection, every request body is read
 * to its end on every path, every answer has a Content-Length and leaves in one write, errors have
 * no body, and a connection may be idle for five minutes. Safe for use by many threads; {@link
 * #close} is idempotent.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int IDLE_TIMEOUT_MILLIS = 300_000;
  private static final int STOP_TIMEOUT_MILLIS = 2_000;
  private static final int FIRST_BYTES = 8 * 1024; // of a body that does not say its length

  private final ServerSettings settings;
  private final TooLargeLog tooLarge;
  private final Map<String, Map<String, Handler>> routes;
  private final Server server;
  private final ServerConnector connector;

  /**
   * A server that is not started yet.
   *
   * @param routes handlers by path, then by method
   */
  public HttpServer(ServerSettings settings, Map<String, Map<String, Handler>> routes) {
    this.settings = settings;
    tooLarge = new TooLargeLog(settings);
    this.routes = Map.copyOf(routes);
    var threads = new QueuedThreadPool(16, 4, 60_000);
    threads.setName(settings.name());
    server = new Server(threads);
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
    server.addConnector(connector);
    server.setHandler(new GracefulHandler(new Dispatcher()));
    // Jetty's own error pages have a body; ours have none. The status is set.
    server.setErrorHandler(
        (request, response, callback) -> {
          response.getHeaders().put(HttpFields.CONTENT_LENGTH_0);
          response.write(true, null, callback);
          return true;
        });
    server.setStopTimeout(STOP_TIMEOUT_MILLIS);
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalStateException when it cannot listen on the address and port
   */
  public void start() {
    try {
      server.start();
    } catch (Exception e) { // whatever a life cycle of Jetty throws
      close();
      throw settings.cannotListen(e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // there is nothing left to do about it
      LOG.debug("{}: stopping failed", settings.name(), e);
    }
  }

  /** Takes every request, whatever its path. */
  private final class Dispatcher extends org.eclipse.jetty.server.Handler.Abstract {
    @Override
    public boolean handle(
        org.eclipse.jetty.server.Request request,
        org.eclipse.jetty.server.Response response,
        Callback callback) {
      new Exchange(request, response, callback).run();
      return true;
    }
  }

  /** One request, which is answered when its body has been read. */
  private final class Exchange implements Runnable, Callback {
    private final org.eclipse.jetty.server.Request request;
    private final org.eclipse.jetty.server.Response response;
    private final Callback callback;
    private byte[] body;
    private int length;
    private @Nullable Handler handler;
    private @Nullable Response answer;

    Exchange(
        org.eclipse.jetty.server.Request request,
        org.eclipse.jetty.server.Response response,
        Callback callback) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      long announced = request.getLength();
      long wanted = announced < 0 ? FIRST_BYTES : announced;
      body = new byte[(int) Math.min(wanted, settings.maxRequestBytes())];
    }

    /** Reads on, as far as bytes are there. */
    @Override
    public void run() {
      while (true) {
        Content.@Nullable Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(this);
          return;
        }
        if (Content.Chunk.isFailure(chunk)) { // the client went away or sent less than it said
          LOG.debug("{}: a request body ended early", settings.name(), chunk.getFailure());
          closing(400);
          return;
        }
        boolean fits = take(chunk.getByteBuffer());
        boolean last = chunk.isLast();
        chunk.release();
        if (!fits) {
          refuseTooLarge();
          return;
        }
        if (last) {
          send(answer(), true);
          return;
        }
      }
    }

    private boolean take(ByteBuffer bytes) {
      int more = bytes.remaining();
      if (more > settings.maxRequestBytes() - length) {
        return false;
      }
      if (length + more > body.length) {
        long wanted = Math.max(2L * body.length, (long) length + more);
        body = Arrays.copyOf(body, (int) Math.min(wanted, settings.maxRequestBytes()));
      }
      bytes.get(body, length, more);
      length += more;
      return true;
    }

    private Response answer() {
      var uri = request.getHttpURI();
      @Nullable String path = uri.getPath();
      @Nullable Map<String, Handler> methods = path == null ? null : routes.get(path);
      if (methods == null) {
        return Response.empty(404);
      }
      handler = methods.get(request.getMethod());
      if (handler == null) {
        return Response.empty(405);
      }
      @Nullable String query = uri.getQuery();
      var received = new Request(query == null ? "" : query, body, length, arrivedNanos());
      Handler called = handler;
      return guarded(() -> called.handle(received));
    }

    private Response guarded(Supplier<Response> handling) {
      try {
        return handling.get();
      } catch (RuntimeException e) { // a defect; the framework's own answer would have a body
        String path = request.getHttpURI().getPath();
        LOG.error("{}: {} {} failed", settings.name(), request.getMethod(), path, e);
        return Response.empty(500);
      }
    }

    /** When the first byte of the request was read, by the server's clock. */
    private long arrivedNanos() {
      return settings.nanoClock().getAsLong() - NanoTime.since(request.getBeginNanoTime());
    }

    private void refuseTooLarge() {
      tooLarge.refused(String.valueOf(request.getHttpURI().getPath()), request.getLength());
      closing(413);
    }

    private void closing(int status) {
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
      send(Response.empty(status), false);
    }

    private void send(Response answer, boolean mayWait) {
      Response.@Nullable Later later = answer.later();
      if (mayWait && later != null) {
        connector
            .getScheduler()
            .schedule(
                () -> connector.getExecutor().execute(() -> sendLate(later)),
                later.afterMillis(),
                TimeUnit.MILLISECONDS);
        return;
      }
      this.answer = answer;
      response.setStatus(answer.status());
      var headers = response.getHeaders();
      headers.put(HttpHeader.CONTENT_LENGTH, answer.length());
      if (answer.length() > 0) {
        headers.put(HttpHeader.CONTENT_TYPE, answer.contentType());
      }
      response.write(true, ByteBuffer.wrap(answer.body(), 0, answer.length()), this);
    }

    private void sendLate(Response.Later later) {
      send(guarded(later.answer()), false);
    }

    /** The answer has been handed to the socket. */
    @Override
    public void succeeded() {
      if (handler != null && answer != null) {
        handler.sent(answer, NanoTime.since(request.getBeginNanoTime()));
      }
      callback.succeeded();
    }

    @Override
    public void failed(Throwable failure) {
      callback.failed(failure);
    }
  }
}
