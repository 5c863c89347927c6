package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ballast.kube.Encoding.Framing;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WatchStreamTest {
  private static final Duration SOON = Duration.ofMillis(50);

  /** A body that gives these pieces, one each time it is asked. */
  private static final class Body implements AsyncBody {
    private final WatchStream stream;
    private final List<byte[]> pieces;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private @Nullable Throwable end;
    private boolean late;
    private boolean cancelled;
    private int asked;

    Body(WatchStream stream, List<byte[]> pieces) {
      this.stream = stream;
      this.pieces = new ArrayList<>(pieces);
    }

    @Override
    public void consume() {
      asked++;
      if (late) {
        return;
      }
      if (!pieces.isEmpty()) {
        stream.consume(List.of(ByteBuffer.wrap(pieces.remove(0))), this);
      } else if (end != null) {
        done.completeExceptionally(end);
      } else {
        done.complete(null);
      }
    }

    @Override
    public CompletableFuture<Void> done() {
      return done;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private static byte[] event(int number) {
    return ProtoJson.pod("{'metadata': {'name': 'p%d', 'uid': 'u'}}".formatted(number))
        .toEvent("ADDED");
  }

  @Property(tries = 200)
  void next_eventsInPiecesOfAnySize_givesEachOnce(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    var whole = new ByteArrayOutputStream();
    int events = random.nextInt(30);
    for (int i = 0; i < events; i++) {
      var pod = new ProtoWriter().message(1, new ProtoWriter().text(1, "p" + i));
      pod.bytes(9, new byte[random.nextInt(20_000)]);
      whole.writeBytes(pod.toEvent("ADDED"));
    }
    var pieces = new ArrayList<byte[]>();
    byte[] bytes = whole.toByteArray();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(9000));
      pieces.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    var stream = new WatchStream(Framing.LENGTHS);
    stream.begin(new Body(stream, pieces));

    for (int i = 0; i < events; i++) {
      var event = stream.next(SOON);
      if (event == null) {
        throw new AssertionError("event " + i + " is missing");
      }
      var told = new ArrayList<String>();
      ProtoEncoding.PROTOBUF.event(
          event, (type, pod) -> told.add(type + " " + PodView.read(pod).metadata.name));
      assertThat(told).containsExactly("ADDED p" + i);
    }
    assertThat(stream.next(SOON)).isNull();
  }

  @Property(tries = 200)
  void next_linesInPiecesOfAnySize_givesEachOnce(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    int events = random.nextInt(30);
    var whole = new StringBuilder();
    for (int i = 0; i < events; i++) {
      whole.append(
          "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"n%d\",\"x\":\"%s\"}}}\n"
              .formatted(i, "y".repeat(random.nextInt(20_000))));
    }
    var pieces = new ArrayList<byte[]>();
    byte[] bytes = whole.toString().getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(9000));
      pieces.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    var stream = new WatchStream(Framing.LINES);
    stream.begin(new Body(stream, pieces));

    for (int i = 0; i < events; i++) {
      var event = stream.next(SOON);
      if (event == null) {
        throw new AssertionError("event " + i + " is missing");
      }
      var told = new ArrayList<String>();
      JsonEncoding.JSON.event(
          event, (type, object) -> told.add(type + " " + JsonEncoding.JSON.metadata(object).name));
      assertThat(told).containsExactly("ADDED n" + i);
    }
    assertThat(stream.next(SOON)).isNull();
  }

  @Test
  void next_nothingComes_isAFailureThatSaysHowLong() {
    var stream = new WatchStream(Framing.LENGTHS);

    assertThatThrownBy(() -> stream.next(SOON))
        .isInstanceOf(IOException.class)
        .hasMessage("nothing came for 0 s");
  }

  @Test
  void next_connectionBreaks_isAFailure() {
    var stream = new WatchStream(Framing.LENGTHS);
    var body = new Body(stream, List.of());
    body.end = new IOException("reset");
    stream.begin(body);

    assertThatThrownBy(() -> stream.next(SOON)).hasRootCauseMessage("reset");
  }

  @Test
  void next_endWithinAnEvent_isAFailure() {
    var stream = new WatchStream(Framing.LENGTHS);
    byte[] event = event(1);
    stream.begin(new Body(stream, Collections.singletonList(Arrays.copyOf(event, 20))));

    assertThatThrownBy(() -> stream.next(SOON)).hasMessage("the watch ended within an event");
  }

  @Test
  void next_noFrame_isAFailureAndTakesNoRoom() {
    var stream = new WatchStream(Framing.LENGTHS);
    stream.begin(
        new Body(stream, List.of("{\"type\":\"ADDED\"}".getBytes(StandardCharsets.UTF_8))));

    assertThatThrownBy(() -> stream.next(SOON))
        .isInstanceOf(IOException.class)
        .hasMessage("a watch event of 2065855609 bytes");
  }

  @Test
  void cancel_nothingIsAskedFor_closesTheConnection() throws Exception {
    var stream = new WatchStream(Framing.LENGTHS);
    var body = new Body(stream, List.of(event(1)));
    stream.begin(body);
    assertThat(stream.next(SOON)).isNotNull();
    stream.cancel();

    assertThat(body.asked).isEqualTo(1);
    assertThat(body.cancelled).isTrue();
  }

  @Test
  void cancel_pieceIsAskedFor_closesTheConnectionWhenItComes() {
    var stream = new WatchStream(Framing.LENGTHS);
    var body = new Body(stream, List.of());
    body.late = true;
    stream.begin(body);
    assertThatThrownBy(() -> stream.next(SOON)).hasMessageStartingWith("nothing came");
    stream.cancel();

    assertThat(body.asked).isEqualTo(1);
    assertThat(body.cancelled).isFalse();
    stream.consume(List.of(ByteBuffer.wrap(event(1))), body);
    assertThat(body.asked).isEqualTo(1);
    assertThat(body.cancelled).isTrue();
  }
}
