package dev.ballast.http;

import java.util.Map;
import java.util.function.IntSupplier;

/** A server of either kind. */
record AnyServer(Runnable starting, IntSupplier listening, Runnable closing)
    implements AutoCloseable {
  enum Kind {
    PAGES,
    CALLS
  }

  static AnyServer of(
      Kind kind, ServerSettings settings, Map<String, Map<String, Handler>> routes) {
    return switch (kind) {
      case PAGES -> {
        var server = new HttpServer(settings, routes);
        yield new AnyServer(server::start, server::port, server::close);
      }
      case CALLS -> {
        var server = new CallServer(settings, routes);
        yield new AnyServer(server::start, server::port, server::close);
      }
    };
  }

  void start() {
    starting.run();
  }

  int port() {
    return listening.getAsInt();
  }

  @Override
  public void close() {
    closing.run();
  }
}
