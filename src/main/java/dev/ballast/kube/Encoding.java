package dev.ballast.kube;

import java.io.IOException;

/**
 * How the API server's lists and watches of a resource are encoded. Immutable, so safe for use by
 * many threads.
 *
 * @param <O> an encoded object, which may be read once and only until the next one is asked for
 */
interface Encoding<O> {
  /** The media type that is asked for of a list. */
  String list();

  /** The media type that is asked for of a watch. */
  String watch();

  /** How the events of a watch are told apart. */
  Framing framing();

  /** Takes what is in a page of a list, in its order. */
  interface Page<O> {
    /** The version of the list. */
    void version(String version);

    /** Where the list goes on; empty when it does not. */
    void next(String next);

    void item(O object) throws IOException;
  }

  /** Reads a page of a list. */
  void page(byte[] body, Page<O> page) throws IOException;

  /** Takes what a watch tells. */
  @FunctionalInterface
  interface Event<O> {
    /**
     * Takes one event.
     *
     * @param type such as {@code ADDED}
     */
    void take(String type, O object) throws IOException;
  }

  /** Reads an event of a watch. */
  void event(Frame frame, Event<O> event) throws IOException;

  /** The metadata of an object, without labels and annotations. */
  Meta metadata(O object);

  /** What a Status says. */
  Status status(O object);

  /** What the Status says that is the answer to a failed request. */
  Status status(byte[] body) throws IOException;

  /**
   * The part of a Status that is told. Immutable.
   *
   * @param code as in HTTP
   */
  record Status(String message, String reason, long code) {}

  /** A part of a buffer, which the next one may overwrite. */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost each event
  record Frame(byte[] bytes, int from, int end) {}

  /** How frames follow each other in a stream. */
  enum Framing {
    /** A length of four bytes, the first the most significant, before each. */
    LENGTHS,
    /** A line feed behind each, and none in it. */
    LINES
  }
}
