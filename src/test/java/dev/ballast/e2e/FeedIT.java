package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.kube.KnownNodes;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.NodeFeed;
import dev.ballast.kube.PodFeed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Informers against an API server that is not there, comes back, and has forgotten what they saw.
 */
final class FeedIT {
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"([0-9]+)\"");

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void feed_firstListFailsAndVersionsAreCompactedAway_followsAllTheSame() {
    var known = new KnownNodes();
    try (var cluster = LocalCluster.up("--nodes", "3", "--no-scheduler", "--no-prometheus");
        var connection = KubeConnection.general(Optional.of(cluster.kubeconfig()));
        var feed = new NodeFeed(connection, key -> key.equals("kept"), known);
        var pods = new PodFeed(connection)) {
      cluster.stop("apiserver", "--signal", "KILL");
      feed.start();
      pods.start();
      Await.pause(Duration.ofSeconds(5));
      assertThat(feed.hasSynced()).isFalse();
      cluster.start("apiserver");
      Await.until("listed after a failed first list", Duration.ofMinutes(1), feed::hasSynced);
      Await.until("pods, too", Duration.ofMinutes(1), pods::hasSynced);
      Await.until("three nodes", Duration.ofSeconds(10), () -> known.nodes().size() == 3);
      assertThat(feed.nodes()).hasSize(3);

      cluster.kubectl("annotate", "node", "node-001", "kept=a", "other=b").orFail("annotate");
      Await.until(
          "only the annotation that is asked for",
          Duration.ofSeconds(10),
          () ->
              Map.of("kept", "a")
                  .equals(
                      Optional.ofNullable(known.nodes().get("node-001"))
                          .map(AnnotatedNode::annotations)
                          .orElse(Map.of())));

      // A node goes while nobody watches, and the history of it is thrown away: the watch at the
      // old version is answered with 410 Gone, and only a new list can tell.
      cluster.stop("apiserver", "--signal", "KILL");
      String etcd = cluster.get("ETCD_URL") + "/v3/kv/";
      String key = base64("/registry/minions/node-002");
      cluster.postTo(etcd + "deleterange", "{\"key\":\"" + key + "\"}");
      String last =
          cluster.postTo(etcd + "put", "{\"key\":\"" + base64("/x") + "\",\"value\":\"\"}");
      var revision = REVISION.matcher(last);
      assertThat(revision.find()).as(last).isTrue();
      cluster.postTo(
          etcd + "compaction", "{\"revision\":\"" + revision.group(1) + "\",\"physical\":true}");
      cluster.start("apiserver");
      Await.until(
          "the node is gone", Duration.ofMinutes(1), () -> !known.nodes().containsKey("node-002"));
      assertThat(known.nodes()).containsOnlyKeys("node-000", "node-001");
      cluster.kubectl("annotate", "--overwrite", "node", "node-000", "kept=c").orFail("annotate");
      Await.until(
          "changes arrive again",
          Duration.ofSeconds(20),
          () -> feed.nodes().stream().anyMatch(n -> n.annotations().containsValue("c")));
    }
  }
}
