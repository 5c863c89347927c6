package dev.ballast.kube;

import dev.ballast.kube.Encoding.Frame;
import dev.ballast.kube.Encoding.Framing;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a watch, each with one event. Filled by the HTTP client, one piece at a time, and
 * read by one thread.
 */
final class WatchStream implements AsyncBody.Consumer<List<ByteBuffer>> {
  /** More than any object that etcd takes. */
  static final int MAX_FRAME_BYTES = 32 << 20;

  private static final int FIRST_CAPACITY = 16 << 10;

  /** What came: a piece of the body, or how it ended. */
  private sealed interface Part {
    record Piece(List<ByteBuffer> buffers) implements Part {}

    record End(@Nullable Throwable failure) implements Part {}
  }

  /** Who may touch the body. */
  private enum State {
    /** Nobody: the reader of events has what was asked for. */
    IDLE,
    /** The HTTP client, which reads the next piece. */
    ASKED,
    /** The HTTP client, which closes the connection. */
    CANCELLED
  }

  private final Framing framing;
  private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private @Nullable AsyncBody body;
  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int from;
  private int end;

  WatchStream(Framing framing) {
    this.framing = framing;
  }

  /** Takes the body of a response; it is read as events are asked for. */
  void begin(AsyncBody body) {
    this.body = body;
    var unused = body.done().whenComplete((done, failure) -> parts.add(new Part.End(failure)));
  }

  @Override
  public void consume(List<ByteBuffer> buffers, AsyncBody body) {
    boolean wanted = state.compareAndSet(State.ASKED, State.IDLE); // before the next is asked for
    parts.add(new Part.Piece(buffers));
    if (!wanted) {
      body.cancel();
    }
  }

  /**
   * The next event, valid until the next call; null when the server has ended the watch.
   *
   * @param silence the longest time without anything from the server
   * @throws IOException when the connection broke, is silent or gives what is no frame
   */
  @Nullable Frame next(Duration silence) throws IOException, InterruptedException {
    while (true) {
      @Nullable Frame frame = framing == Framing.LENGTHS ? framed() : line();
      if (frame != null) {
        return frame;
      }
      if (!fill(silence)) {
        return null;
      }
    }
  }

  private @Nullable Frame framed() throws IOException {
    if (end - from < Integer.BYTES) {
      return null;
    }
    int length = ByteBuffer.wrap(bytes).getInt(from);
    if (length < 0) {
      throw tooLong(Integer.toUnsignedString(length));
    }
    checkLength(length);
    int begin = from + Integer.BYTES;
    if (end - begin < length) {
      return null;
    }
    from = begin + length;
    return new Frame(bytes, begin, from);
  }

  private @Nullable Frame line() throws IOException {
    for (int at = from; at < end; at++) {
      if (bytes[at] == '\n') {
        var line = new Frame(bytes, from, at);
        from = at + 1;
        return line;
      }
    }
    checkLength(end - from);
    return null;
  }

  private static void checkLength(int length) throws IOException {
    if (length > MAX_FRAME_BYTES) {
      throw tooLong(String.valueOf(length));
    }
  }

  private static IOException tooLong(String bytes) {
    return new IOException("a watch event of " + bytes + " bytes");
  }

  private boolean fill(Duration silence) throws IOException, InterruptedException {
    if (body != null && state.compareAndSet(State.IDLE, State.ASKED)) {
      body.consume();
    }
    @Nullable Part part = parts.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
    if (part == null) {
      throw new IOException("nothing came for " + silence.toSeconds() + " s");
    }
    if (part instanceof Part.Piece piece) {
      piece.buffers.forEach(this::append);
      return true;
    }
    @Nullable Throwable failure = ((Part.End) part).failure;
    if (failure != null) {
      throw new IOException(failure);
    }
    if (end > from) {
      throw new IOException("the watch ended within an event");
    }
    return false;
  }

  private void append(ByteBuffer piece) {
    int length = piece.remaining();
    if (bytes.length - end < length) {
      int kept = end - from;
      byte[] room = bytes.length - kept < length ? new byte[(kept + length) * 2] : bytes;
      System.arraycopy(bytes, from, room, 0, kept);
      bytes = room;
      from = 0;
      end = kept;
    }
    piece.get(bytes, end, length);
    end += length;
  }

  /**
   * Closes the connection, at once or, while the HTTP client waits for the next piece, as soon as
   * that has come or failed. Closing it under a read corrupts the buffer that both use: a thread
   * then spins for ever, and the next request over the connection gets no answer.
   */
  void cancel() {
    if (state.getAndSet(State.CANCELLED) == State.IDLE && body != null) {
      body.cancel();
    }
  }
}
