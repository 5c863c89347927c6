package dev.ballast.http;

import java.util.ArrayList;
import java.util.Map;

/** Handlers by path and method, found by a request's bytes. Immutable. */
final class RouteTable {
  /** A handler and what it answers; without one of ours, a handler of errors. */
  record Endpoint(String method, String path, Handler handler) {}

  private final Endpoint[] endpoints;
  private final byte[][] methods; // of each endpoint
  private final byte[][] paths;

  RouteTable(Map<String, Map<String, Handler>> routes) {
    var all = new ArrayList<Endpoint>();
    routes.forEach(
        (path, handlers) ->
            handlers.forEach((method, handler) -> all.add(new Endpoint(method, path, handler))));
    endpoints = all.toArray(Endpoint[]::new);
    methods = all.stream().map(e -> Ascii.bytes(e.method())).toArray(byte[][]::new);
    paths = all.stream().map(e -> Ascii.bytes(e.path())).toArray(byte[][]::new);
  }

  /** Who answers a request. */
  Endpoint find(RequestHead head) {
    int status = 404;
    for (int i = 0; i < endpoints.length; i++) {
      if (head.hasPath(paths[i])) {
        if (head.hasMethod(methods[i])) {
          return endpoints[i];
        }
        status = 405;
      }
    }
    var error = Response.empty(status);
    return new Endpoint(head.method(), head.path(), request -> error);
  }
}
