package dev.ballast.http;

/** Answers requests of one route. Called by many threads at once; does not throw. */
public interface Handler {
  Response handle(Request request);
}
