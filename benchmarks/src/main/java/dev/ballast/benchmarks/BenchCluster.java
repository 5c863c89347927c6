package dev.ballast.benchmarks;

import dev.ballast.e2e.ApiClient;
import dev.ballast.e2e.LocalCluster;
import dev.ballast.e2e.Shell;
import dev.ballast.load.LoadAnnotations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A local control plane without Prometheus whose nodes are named as a cloud names them, lie in
 * three zones and carry load annotations as the annotator would have written them when they were
 * made.
 */
final class BenchCluster {
  static final String SCHEDULER = "scheduler-ballast";
  private static final long SEED = 1;
  private static final double HOT_SHARE = 0.05;
  private static final LoadAnnotations TEXT = new LoadAnnotations(ZoneOffset.UTC);

  private final LocalCluster cluster;
  private final ApiClient api;

  private BenchCluster(LocalCluster cluster) {
    this.cluster = cluster;
    this.api = new ApiClient(cluster);
  }

  /** Starts a control plane, its schedulers stopped, and makes the nodes. */
  static BenchCluster up(Cleanup cleanup, int nodes) {
    var local = cleanup.add(LocalCluster.up("--nodes", "0", "--no-prometheus"));
    local.stop("scheduler-default");
    local.stop(SCHEDULER);
    var cluster = new BenchCluster(local);
    var bodies = nodes(nodes, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    ApiClient.each(nodes, i -> cluster.api.post("/api/v1/nodes", bodies.get(i)));
    return cluster;
  }

  /** Nodes of 16 cores and 64 GiB, about one of twenty over a limit of the shipped policy. */
  static List<String> nodes(int count, Instant now) {
    var random = new Random(SEED);
    var bodies = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      boolean hot = random.nextDouble() < HOT_SHARE;
      double cpu = hot ? between(random, 0.7, 0.95) : between(random, 0.05, 0.55);
      double memory = between(random, 0.1, 0.55);
      double cpuHour = cpu + between(random, 0, 0.1);
      double memoryHour = memory + between(random, 0, 0.1);
      String name = Payloads.nodeName(i);
      bodies.add(
          """
          {"apiVersion":"v1","kind":"Node","metadata":{"name":"%1$s",
            "labels":{"kubernetes.io/hostname":"%1$s","kubernetes.io/os":"linux",
              "kubernetes.io/arch":"amd64","node.kubernetes.io/instance-type":"m6i.4xlarge",
              "topology.kubernetes.io/region":"eu-central-1","topology.kubernetes.io/zone":"zone-%2$s"},
            "annotations":{"cpu_usage_avg_5m":"%3$s","cpu_usage_max_avg_1h":"%4$s",
              "cpu_usage_max_avg_1d":"%5$s","mem_usage_avg_5m":"%6$s","mem_usage_max_avg_1h":"%7$s",
              "mem_usage_max_avg_1d":"%8$s"}},
          "status":{
            "capacity":{"cpu":"16","memory":"64Gi","pods":"500","ephemeral-storage":"100Gi"},
            "allocatable":{"cpu":"16","memory":"64Gi","pods":"500","ephemeral-storage":"100Gi"},
            "addresses":[{"type":"Hostname","address":"%1$s"}],
            "conditions":[{"type":"Ready","status":"True","reason":"KubeletReady",
              "message":"no kubelet: always ready","lastHeartbeatTime":"%9$s",
              "lastTransitionTime":"%9$s"}]}}
          """
              .formatted(
                  name,
                  (char) ('a' + i % 3),
                  TEXT.format(cpu, now),
                  TEXT.format(cpuHour, now),
                  TEXT.format(cpuHour + between(random, 0, 0.1), now),
                  TEXT.format(memory, now),
                  TEXT.format(memoryHour, now),
                  TEXT.format(memoryHour + between(random, 0, 0.1), now),
                  now));
    }
    return bodies;
  }

  private static double between(Random random, double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  LocalCluster local() {
    return cluster;
  }

  ApiClient api() {
    return api;
  }

  /** The pid of a component of {@code deploy/local/cluster}. */
  long pid(String component) {
    return Long.parseLong(read(cluster.folder().resolve("run/" + component + ".pid")).strip());
  }

  /**
   * The shipped policy, but readings stay fresh for a day, as nobody writes them again.
   *
   * @param shortlist most nodes that filter gives back; 0 for all that pass
   */
  Path policy(int shortlist) {
    String text =
        read(Shell.ROOT.resolve("policy/default.yaml"))
            .replaceAll("(?m)^( +)period: .*$", "$0\n$1staleAfter: 24h");
    return write("policy-" + shortlist + ".yaml", text + "\n  shortlist: " + shortlist + "\n");
  }

  Path write(String name, String text) {
    try {
      return Files.writeString(cluster.folder().resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
