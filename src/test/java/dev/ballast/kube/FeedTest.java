package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.ballast.annotator.AnnotatedNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A feed against answers that a test gives, one after the other. */
@Timeout(60)
final class FeedTest {
  /** An answer to one request. */
  private static final class Answer {
    final int code;
    final byte[] body;

    Answer(int code, byte[] body) {
      this.code = code;
      this.body = body;
    }
  }

  @TempDir Path folder;

  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final KnownNodes known = new KnownNodes();

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestURI().getRawQuery()
            + " as "
            + exchange.getRequestHeaders().getFirst("Accept"));
    try {
      @Nullable Answer answer = answers.poll(30, TimeUnit.SECONDS);
      if (answer != null) {
        int length = answer.body.length;
        exchange.sendResponseHeaders(answer.code, length == 0 ? -1 : length);
        exchange.getResponseBody().write(answer.body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  private NodeFeed feed(ApiStandIn api) {
    var feed = new NodeFeed(api.client(), key -> true, known);
    feed.start();
    return feed;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(5);
    }
  }

  private static ProtoWriter node(String name, String version) {
    return new ProtoWriter().message(1, new ProtoWriter().text(1, name).text(6, version));
  }

  private static Answer list(String version, String next, String... names) {
    var list = new ProtoWriter().message(1, new ProtoWriter().text(2, version).text(3, next));
    for (String name : names) {
      list.message(2, node(name, "1"));
    }
    return new Answer(200, list.toObject());
  }

  private static Answer events(byte[]... events) {
    var all = new ByteArrayOutputStream();
    for (byte[] event : events) {
      all.writeBytes(event);
    }
    return new Answer(200, all.toByteArray());
  }

  private static byte[] status(int code, String reason, String message) {
    return new ProtoWriter().text(3, message).text(4, reason).number(6, code).toObject();
  }

  private static byte[] error(int code, String reason, String message) {
    return new ProtoWriter().text(3, message).text(4, reason).number(6, code).toEvent("ERROR");
  }

  @Test
  void feed_pagesAndEvents_areFollowedFromVersionToVersion() throws Exception {
    answers.add(list("10", "a token+/=", "a", "b"));
    answers.add(list("10", "", "c"));
    answers.add(
        events(
            node("d", "11").toEvent("ADDED"),
            node("a", "12").toEvent("DELETED"),
            node("", "15").toEvent("BOOKMARK")));
    answers.add(events(node("e", "16").toEvent("MODIFIED")));
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = feed(api)) {
      await(() -> known.nodes().containsKey("e"));

      assertThat(known.nodes()).containsOnlyKeys("b", "c", "d", "e");
      assertThat(feed.nodes()).extracting(AnnotatedNode::name).hasSize(4);
      assertThat(feed.hasSynced()).isTrue();
      await(() -> asked.size() == 5);
      String protobuf = " as application/vnd.kubernetes.protobuf";
      String watch = "watch=1&allowWatchBookmarks=true&timeoutSeconds=540&resourceVersion=";
      assertThat(asked)
          .containsExactly(
              "limit=500" + protobuf,
              "limit=500&continue=a+token%2B%2F%3D" + protobuf,
              watch + "10" + protobuf + ";stream=watch",
              watch + "15" + protobuf + ";stream=watch",
              watch + "16" + protobuf + ";stream=watch");
    }
  }

  @Test
  void feed_versionIsGone_listsAgainAndTakesBackWhatIsNotThere() throws Exception {
    answers.add(list("10", "", "a", "b"));
    answers.add(events(error(410, "Expired", "too old resource version: 10 (20)")));
    answers.add(list("20", "", "b", "c"));
    answers.add(new Answer(410, status(410, "Expired", "too old")));
    answers.add(list("30", "", "c"));
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = feed(api)) {
      await(() -> known.nodes().keySet().equals(Set.of("c")));

      assertThat(feed.hasSynced()).isTrue();
    }
  }

  @Test
  void feed_continuationIsGone_listsFromTheStart() throws Exception {
    answers.add(list("10", "next", "a"));
    answers.add(new Answer(410, status(410, "Expired", "the continue parameter is too old")));
    answers.add(list("20", "", "b"));
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = feed(api)) {
      await(feed::hasSynced);

      assertThat(known.nodes()).containsOnlyKeys("b");
    }
  }

  @Test
  void feed_wrongAnswers_areTriedAgainAndNothingIsLost() throws Exception {
    answers.add(new Answer(403, status(403, "Forbidden", "nodes is forbidden")));
    answers.add(new Answer(200, "{\"kind\":\"NodeList\"}".getBytes(StandardCharsets.UTF_8)));
    answers.add(list("", "", "x"));
    answers.add(list("10", "", "a", "b"));
    answers.add(events()); // ends at once
    answers.add(events(node("b", "11").toEvent("LATER")));
    answers.add(events(error(500, "InternalError", "etcdserver: leader changed")));
    answers.add(events(node("c", "12").toEvent("ADDED")));
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = feed(api)) {
      await(() -> known.nodes().containsKey("c"));

      assertThat(known.nodes()).containsOnlyKeys("a", "b", "c");
      assertThat(feed.hasSynced()).isTrue();
      assertThat(List.copyOf(asked).get(7)).contains("resourceVersion=10");
    }
  }

  @Test
  void feed_versionIsGoneAfterAnOutage_listsWithoutAFurtherPause() throws Exception {
    answers.add(list("10", "", "a"));
    answers.add(events(node("b", "11").toEvent("ADDED")));
    for (int i = 0; i < 3; i++) { // the next pause would be one of 2 to 4 s
      answers.add(new Answer(503, new byte[0]));
    }
    answers.add(new Answer(410, status(410, "Expired", "too old")));
    answers.add(list("20", "", "c"));
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = feed(api)) {
      await(() -> asked.size() >= 6);
      long gone = System.nanoTime();
      await(() -> known.nodes().size() == 1);

      assertThat(Duration.ofNanos(System.nanoTime() - gone)).isLessThan(Duration.ofSeconds(2));
      assertThat(feed.nodes()).extracting(AnnotatedNode::name).containsExactly("c");
    }
  }

  @Test
  void feed_everyVersionIsGoneAtOnce_doesNotListAgainAndAgainWithoutAPause() throws Exception {
    int rounds = 40;
    for (int i = 0; i < rounds; i++) {
      answers.add(list("10", "", "a"));
      answers.add(new Answer(410, status(410, "Expired", "too old")));
    }
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = feed(api)) {
      await(() -> asked.size() >= 4);
      Thread.sleep(1_000);

      assertThat(asked).hasSizeLessThan(rounds);
      assertThat(feed.hasSynced()).isTrue();
    }
  }
}
