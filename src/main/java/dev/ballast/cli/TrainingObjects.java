package dev.ballast.cli;

import dev.ballast.kube.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The nodes and pods of a {@link TrainingRun}, with the fields that Ballast reads. */
final class TrainingObjects {
  private static final int OBJECTS = 20;
  private static final String TIME = "2026-01-01T00:00:00Z";
  private static final long CREATED = Instant.parse(TIME).toEpochMilli();

  private TrainingObjects() {}

  /** The arguments of an extender's call about the nodes. */
  static byte[] extenderArguments() {
    var names =
        IntStream.range(0, OBJECTS)
            .mapToObj(i -> "\"node-" + i + '"')
            .collect(Collectors.joining(","));
    return """
        {"Pod":{"metadata":{"name":"pod","namespace":"default","uid":"p",
          "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"a"},
          "ownerReferences":[{"kind":"ReplicaSet","name":"r","controller":true}]},
         "spec":{"schedulerName":"load-aware-scheduler","priority":0,
          "containers":[{"name":"c","image":"i",
           "resources":{"requests":{"cpu":"500m","memory":"1Gi"},"limits":{"cpu":"1"}}}]},
         "status":{"phase":"Pending"}},"Nodes":null,"NodeNames":[%s]}"""
        .formatted(names)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A list of all nodes, or of all pods. */
  static byte[] list(boolean nodes) {
    var list = new ProtoWriter().message(1, new ProtoWriter().text(2, "1"));
    for (int i = 0; i < OBJECTS; i++) {
      list.message(2, nodes ? node(i) : pod(i));
    }
    return list.toObject();
  }

  /** A node. */
  static ProtoWriter node(int i) {
    var metadata =
        metadata("node-" + i, "n" + i)
            .entry(11, "kubernetes.io/hostname", "node-" + i)
            .entry(12, "cpu_usage_avg_5m", "0." + i + ',' + TIME)
            .entry(12, "other", "text");
    var status =
        new ProtoWriter()
            .quantity(1, "cpu", "16")
            .quantity(1, "memory", "64Gi")
            .quantity(2, "cpu", "16")
            .quantity(2, "memory", "64Gi")
            .message(5, new ProtoWriter().text(1, "InternalIP").text(2, "10.0.0." + i));
    return new ProtoWriter().message(1, metadata).message(3, status);
  }

  /** A pod that runs on the node of the same number. */
  static ProtoWriter pod(int i) {
    var resources =
        new ProtoWriter()
            .quantity(1, "cpu", "1")
            .quantity(2, "cpu", "500m")
            .quantity(2, "memory", "1Gi");
    var spec =
        new ProtoWriter()
            .message(2, new ProtoWriter().text(1, "c").message(8, resources))
            .text(10, "node-" + i)
            .text(19, "load-aware-scheduler");
    var condition = new ProtoWriter().text(1, "PodScheduled").text(2, "True").time(4, CREATED);
    var running = new ProtoWriter().message(2, new ProtoWriter().time(1, CREATED));
    var status =
        new ProtoWriter()
            .text(1, "Running")
            .message(2, condition)
            .time(7, CREATED)
            .message(8, new ProtoWriter().text(1, "c").message(2, running).number(5, 0));
    return new ProtoWriter()
        .message(1, metadata("pod-" + i, "p" + i).text(3, "default"))
        .message(2, spec)
        .message(3, status);
  }

  private static ProtoWriter metadata(String name, String uid) {
    return new ProtoWriter().text(1, name).text(5, uid).text(6, "1").time(8, CREATED);
  }
}
