package dev.ballast.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP/1.1 server for few clients that call often: a connection has a thread and buffers of its
 * own, so a call is a read, the handler and a write, and one that waits holds up no other. Answers
 * are the same as those of {@link HttpServer}; there are no routes for HEAD. When all its
 * connections are taken, the one that has been idle longest makes room for the next. Safe for use
 * by many threads; {@link #close} is idempotent.
 */
public final class CallServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallServer.class);
  private static final int WATCH_MILLIS = 1_000;
  private static final int FAILED_ACCEPT_MILLIS = 100;
  private static final int STOP_STEP_MILLIS = 5;
  private static final int STACK_BYTES = 512 * 1024;

  private final ServerSettings settings;
  private final CallLimits limits;
  private final RouteTable routes;
  private final TooLargeLog tooLarge;
  private final Set<CallConnection> connections = ConcurrentHashMap.newKeySet();
  private final OnceAMinute loggingFailure = new OnceAMinute();
  private final OnceAMinute loggingFull = new OnceAMinute();
  private volatile @Nullable ServerSocket listener;
  private volatile boolean closing;
  private long opened; // confined to the acceptor

  /**
   * A server that is not started yet.
   *
   * @param routes handlers by path, then by method
   */
  public CallServer(ServerSettings settings, Map<String, Map<String, Handler>> routes) {
    this(settings, routes, CallLimits.USUAL);
  }

  CallServer(ServerSettings settings, Map<String, Map<String, Handler>> routes, CallLimits limits) {
    this.settings = settings;
    this.limits = limits;
    this.routes = new RouteTable(routes);
    tooLarge = new TooLargeLog(settings);
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalStateException when it cannot listen on the address and port
   */
  public void start() {
    try {
      var socket = new ServerSocket();
      listener = socket;
      if (closing) {
        socket.close(); // has the rest fail
      }
      socket.setSoTimeout(WATCH_MILLIS);
      socket.bind(new InetSocketAddress(settings.host(), settings.port()), limits.connections());
      var acceptor = new Thread(() -> accept(socket), settings.name() + "-accept");
      acceptor.setDaemon(true);
      acceptor.start();
    } catch (IOException e) {
      close();
      throw settings.cannotListen(e);
    }
  }

  /** The port that it listens on; negative when it does not. */
  public int port() {
    var socket = listener;
    return socket == null ? -1 : socket.getLocalPort();
  }

  /** Takes connections, and ends those that have taken too long. */
  private void accept(ServerSocket socket) {
    while (!closing) {
      try {
        open(socket.accept());
      } catch (SocketTimeoutException e) {
        // nobody came
      } catch (IOException | OutOfMemoryError e) { // too many open files, or threads
        acceptFailed(e);
      }
      connections.forEach(connection -> connection.closeIfOverdue(limits));
    }
  }

  private void acceptFailed(Throwable failure) {
    if (closing) {
      return;
    }
    if (loggingFailure.isDue(settings.nanoClock().getAsLong())) {
      LOG.warn(
          "{}: cannot take a connection: {}. Others go on, and it tries again.",
          settings.name(),
          failure.toString());
    }
    pause(FAILED_ACCEPT_MILLIS);
  }

  private void open(Socket socket) throws IOException {
    boolean served = false;
    try {
      served = makeRoom() && serve(new CallConnection(this, socket));
    } finally {
      if (!served) {
        socket.close();
      }
    }
  }

  /** Starts a connection's thread; tells whether it may go on. */
  private boolean serve(CallConnection connection) {
    var name = settings.name() + "-" + ++opened;
    var thread = new Thread(null, connection, name, STACK_BYTES);
    thread.setDaemon(true);
    connections.add(connection);
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        connections.remove(connection);
      }
    }
    return !closing; // who closes the server may not have seen this one
  }

  /** Whether there is room for one more connection. */
  private boolean makeRoom() {
    while (connections.size() >= limits.connections()) {
      long now = settings.nanoClock().getAsLong();
      var longestIdle =
          connections.stream()
              .filter(CallConnection::isIdle)
              .max(Comparator.comparingLong(connection -> now - connection.sinceNanos()));
      if (longestIdle.isEmpty()) {
        if (loggingFull.isDue(now)) {
          LOG.warn(
              "{}: refused a connection, as calls of all {} are under way",
              settings.name(),
              limits.connections());
        }
        return false;
      }
      if (longestIdle.get().closeIfIdle()) {
        connections.remove(longestIdle.get());
      }
    }
    return true;
  }

  ServerSettings settings() {
    return settings;
  }

  RouteTable routes() {
    return routes;
  }

  TooLargeLog tooLarge() {
    return tooLarge;
  }

  /** Whether an answer is to be the last one of its connection. */
  boolean isClosing() {
    return closing;
  }

  /** Told by a connection that its thread ends. */
  void ended(CallConnection connection) {
    connections.remove(connection);
  }

  @Override
  public void close() {
    closing = true;
    closeListener();
    for (int left = limits.stopMillis(); left > 0; left -= STOP_STEP_MILLIS) {
      connections.forEach(CallConnection::closeIfIdle);
      if (connections.isEmpty() || !pause(STOP_STEP_MILLIS)) {
        break;
      }
    }
    connections.forEach(CallConnection::close);
  }

  private void closeListener() {
    var socket = listener;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) { // there is nothing left to do about it
        LOG.debug("{}: closing failed", settings.name(), e);
      }
    }
  }

  /** Waits; tells whether it was left to. */
  private static boolean pause(int millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
