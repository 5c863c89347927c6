package dev.ballast.http;

import dev.ballast.http.RouteTable.Endpoint;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of a {@link CallServer}: reads a request, has it answered, sends the answer, and
 * reads the next, all on one thread. Others only end it: {@link #closeIfIdle}, {@link
 * #closeIfOverdue} and {@link #close} are safe for use by many threads.
 */
final class CallConnection implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CallConnection.class);

  /** What a connection is at. */
  private enum Phase {
    /** Waits for a request. */
    IDLE,
    RECEIVING,
    /** What has not been received by now is not waited for. */
    OVERDUE,
    ANSWERING,
    SENDING,
    /** The last answer has been sent; waits for the client to read it and to close. */
    ENDING,
    ENDED
  }

  private final CallServer server;
  private final Socket socket;
  private final LongSupplier nanoClock;
  private final CallInput input;
  private final RequestHead head;
  private final RequestBody body;
  private final AnswerWriter writer;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);
  private volatile long
      sinceNanos; // set before its phase: it may be too young for it, never too old

  /** A connection that has been opened just now. */
  CallConnection(CallServer server, Socket socket) throws IOException {
    this.server = server;
    this.socket = socket;
    nanoClock = server.settings().nanoClock();
    sinceNanos = nanoClock.getAsLong();
    socket.setTcpNoDelay(true);
    input = new CallInput(socket.getInputStream());
    head = new RequestHead(input);
    body = new RequestBody(input, server.settings().maxRequestBytes());
    writer = new AnswerWriter(socket.getOutputStream());
  }

  @Override
  public void run() {
    try {
      serve();
    } catch (IOException e) { // the client went away, or this end was closed
      LOG.debug("{}: a connection failed", server.settings().name(), e);
    } finally {
      server.ended(this);
      close();
    }
  }

  private void serve() throws IOException {
    while (input.await()) {
      long arrivedNanos = nanoClock.getAsLong();
      sinceNanos = arrivedNanos;
      if (!phase.compareAndSet(Phase.IDLE, Phase.RECEIVING)) {
        return; // closed, as it was idle
      }
      if (!exchange(arrivedNanos)) {
        hangUp();
        return;
      }
    }
  }

  /** Receives a request and answers it; tells whether another one may come. */
  private boolean exchange(long arrivedNanos) throws IOException {
    Endpoint endpoint;
    String query;
    try {
      head.receive();
      endpoint = server.routes().find(head);
      query = head.query();
      receiveBody(endpoint);
    } catch (RefusedException e) {
      send(Response.empty(e.status()), true);
      return false;
    } catch (EOFException e) {
      send(Response.empty(phase.get() == Phase.OVERDUE ? 408 : 400), true);
      return false;
    }
    enter(Phase.ANSWERING, arrivedNanos);
    var request = new Request(query, body.bytes(), body.length(), arrivedNanos);
    var answer = answer(endpoint, request);
    boolean closes = head.closes() || server.isClosing();
    send(answer, closes);
    long sentNanos = nanoClock.getAsLong();
    endpoint.handler().sent(answer, sentNanos - arrivedNanos);
    body.release();
    enter(Phase.IDLE, sentNanos);
    return !closes;
  }

  private void receiveBody(Endpoint endpoint) throws IOException, RefusedException {
    try {
      boolean fits = head.length() <= server.settings().maxRequestBytes();
      if (head.expectsContinue() && fits && !input.hasNext()) {
        writer.askForBody();
      }
      body.receive(head);
    } catch (RefusedException e) {
      if (e.status() == 413) {
        server.tooLarge().refused(endpoint.path(), head.length());
      }
      throw e;
    }
  }

  private Response answer(Endpoint endpoint, Request request) {
    try {
      var answer = endpoint.handler().handle(request);
      var later = answer.later();
      if (later == null) {
        return answer;
      }
      Thread.sleep(later.afterMillis());
      return later.answer().get();
    } catch (RuntimeException e) { // a defect
      LOG.error(
          "{}: {} {} failed", server.settings().name(), endpoint.method(), endpoint.path(), e);
      return Response.empty(500);
    } catch (InterruptedException e) { // nobody here does that
      Thread.currentThread().interrupt();
      return Response.empty(503);
    }
  }

  private void send(Response answer, boolean closes) throws IOException {
    enter(Phase.SENDING, nanoClock.getAsLong());
    writer.send(answer, closes);
  }

  /**
   * Ends the connection from this side, and waits for the client to do so: if bytes of it were left
   * unread, a close would have it lose the answer.
   */
  private void hangUp() throws IOException {
    enter(Phase.ENDING, nanoClock.getAsLong());
    socket.shutdownOutput();
    if (!server.isClosing()) {
      input.drain();
    }
  }

  private void enter(Phase next, long nowNanos) {
    sinceNanos = nowNanos;
    phase.set(next);
  }

  /** Whether it waits for a request. */
  boolean isIdle() {
    return phase.get() == Phase.IDLE;
  }

  /** Since when it has been at what it is at, by the server's clock. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** Ends it if it waits for a request, or for no more than the client to go; tells whether. */
  boolean closeIfIdle() {
    if (phase.compareAndSet(Phase.IDLE, Phase.ENDED)
        || phase.compareAndSet(Phase.ENDING, Phase.ENDED)) {
      close();
      return true;
    }
    return false;
  }

  /** Ends what has taken too long. */
  void closeIfOverdue(CallLimits limits) {
    var seen = phase.get();
    long takesNanos = nanoClock.getAsLong() - sinceNanos;
    switch (seen) {
      case RECEIVING -> {
        if (takesNanos > limits.requestNanos()
            && phase.compareAndSet(Phase.RECEIVING, Phase.OVERDUE)) {
          endInput();
        }
      }
      case IDLE -> {
        if (takesNanos > limits.idleNanos()) {
          closeIfIdle();
        }
      }
      case SENDING -> {
        if (takesNanos > limits.idleNanos()) {
          close();
        }
      }
      case ENDING -> {
        if (takesNanos > limits.endingNanos()) {
          close();
        }
      }
      case OVERDUE, ANSWERING, ENDED -> {}
    }
  }

  /** Has the thread find that nothing more comes. */
  private void endInput() {
    try {
      socket.shutdownInput();
    } catch (IOException e) {
      close();
    }
  }

  /** Ends it, whatever it is at. */
  void close() {
    try {
      socket.close();
    } catch (IOException e) { // there is nothing left to do about it
      LOG.debug("{}: closing a connection failed", server.settings().name(), e);
    }
  }
}
