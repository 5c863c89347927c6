package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kind that is listed once, and whose watch is then refused. */
final class TopologyFeedTest {
  private static final String LIST =
      """
      {"kind": "NodeResourceTopologyList", "metadata": {"resourceVersion": "10"}, "items": [
        {"metadata": {"name": "n", "resourceVersion": "9"},
         "craneManagerPolicy": {"cpuManagerPolicy": "Static", "topologyManagerPolicy": "None"},
         "zones": [{"name": "node0", "type": "Node",
           "resources": {"capacity": {"cpu": "4"}, "allocatable": {"cpu": "4"}}}]}]}
      """;

  @TempDir Path folder;

  private final Set<String> nodes = ConcurrentHashMap.newKeySet();
  private final CountDownLatch listed = new CountDownLatch(1);
  private final CountDownLatch removed = new CountDownLatch(1);
  private final CountDownLatch refused = new CountDownLatch(2);
  private volatile int code;

  private final TopologyFeed.Listener listener =
      new TopologyFeed.Listener() {
        @Override
        public void put(NodeTopology topology) {
          nodes.add(topology.node());
          listed.countDown();
        }

        @Override
        public void unreadable(Kind kind, String node) {}

        @Override
        public void remove(Kind kind, String node) {
          nodes.remove(node);
          removed.countDown();
        }
      };

  private void answer(HttpExchange exchange) throws IOException {
    boolean crane = exchange.getRequestURI().getPath().contains("topology.crane.io");
    boolean watch = exchange.getRequestURI().getRawQuery().contains("watch=1");
    byte[] body =
        (crane && !watch ? LIST : "{\"kind\": \"Status\", \"message\": \"for this test\"}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(crane ? watch ? code : 200 : 404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
    if (watch) {
      refused.countDown();
    }
  }

  @Test
  void feed_kindIsServedNoMore_takesItsObjectsBack() throws Exception {
    code = 404;
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = new TopologyFeed(api.client(), listener)) {
      feed.start();
      assertThat(listed.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(removed.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(nodes).isEmpty();
    }
  }

  @Test
  void feed_rightIsGoneForAMoment_keepsWhatItKnows() throws Exception {
    code = 403;
    try (var api = new ApiStandIn(folder, this::answer);
        var feed = new TopologyFeed(api.client(), listener)) {
      feed.start();
      assertThat(listed.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(removed.await(1, TimeUnit.SECONDS)).as("taken back").isFalse();
      assertThat(refused.getCount()).as("watches to be refused yet").isLessThan(2);
      assertThat(nodes).containsExactly("n");
    }
  }
}
