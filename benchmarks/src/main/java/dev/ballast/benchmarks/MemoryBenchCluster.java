package dev.ballast.benchmarks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The Node and Pod objects of a made-up cluster as JSON, each a function of its number alone.
 *
 * <p>Nodes carry the annotations of the default policy, images and managed fields. Pods are those
 * of {@link #REPLICAS}-fold Deployments over {@link #NAMESPACES} namespaces, bound and running,
 * with one or two containers, environment, probes, volumes, status and managed fields; one in
 * twenty is a Job's that has ended. Pods of a real cluster are of this size: 6.5 kB with one
 * container, 8.6 kB with two.
 */
final class MemoryBenchCluster {
  static final int NAMESPACES = 300;
  static final int REPLICAS = 25;
  private static final int ENDED = 20;
  private static final int IMAGES = 30;
  private static final long POD_LIFE_MINUTES = 30 * 24 * 60;
  private static final String[] ZONES = {"eu-central-1a", "eu-central-1b", "eu-central-1c"};
  private static final String[] CPU = {"50m", "100m", "250m", "500m", "1", "2"};
  private static final String[] MEMORY = {"64Mi", "128Mi", "256Mi", "512Mi", "1Gi", "2Gi", "4Gi"};

  private final int nodes;
  private final int pods;
  private final Instant now;

  /**
   * A cluster.
   *
   * @param now the time at which loads were measured, and before which pods were started
   */
  MemoryBenchCluster(int nodes, int pods, Instant now) {
    this.nodes = nodes;
    this.pods = pods;
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
  }

  int nodes() {
    return nodes;
  }

  int pods() {
    return pods;
  }

  static String nodeName(int i) {
    return "ip-10-" + (i >> 14) + "-" + (i >> 7 & 127) + "-" + (i & 127) + ".eu-central-1.compute";
  }

  /** Node {@code i}. */
  byte[] node(int i) {
    String name = nodeName(i);
    double cpu = 0.1 + i * 7 % 50 / 100.0;
    double memory = 0.2 + i * 3 % 40 / 100.0;
    var images = new StringBuilder();
    for (int k = 0; k < IMAGES; k++) {
      images
          .append(k == 0 ? "" : ",")
          .append("{\"names\":[\"registry.example.com/team-")
          .append((i + k) % 40)
          .append("/service-")
          .append(k)
          .append("@sha256:")
          .append(hex(31L * i + k, 64))
          .append("\"],\"sizeBytes\":")
          .append(100_000_000 + k)
          .append('}');
    }
    String text =
        """
        {"metadata":{"name":"%1$s","uid":"%2$s","resourceVersion":"%3$d",\
        "creationTimestamp":"2026-01-10T08:00:00Z","labels":{"kubernetes.io/hostname":"%1$s",\
        "kubernetes.io/os":"linux","kubernetes.io/arch":"amd64",\
        "node.kubernetes.io/instance-type":"m6i.8xlarge","topology.kubernetes.io/region":"eu-central-1",\
        "topology.kubernetes.io/zone":"%4$s"},"annotations":{\
        "cpu_usage_avg_5m":"%5$.5f,%7$s","cpu_usage_max_avg_1h":"%5$.5f,%7$s",\
        "cpu_usage_max_avg_1d":"%5$.5f,%7$s","mem_usage_avg_5m":"%6$.5f,%7$s",\
        "mem_usage_max_avg_1h":"%6$.5f,%7$s","mem_usage_max_avg_1d":"%6$.5f,%7$s",\
        "node.alpha.kubernetes.io/ttl":"0",\
        "volumes.kubernetes.io/controller-managed-attach-detach":"true"},\
        "managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1",\
        "time":"2026-01-10T08:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{\
        ".":{},"f:kubernetes.io/hostname":{},"f:kubernetes.io/os":{}}}}}]},\
        "spec":{"podCIDR":"10.%8$d.%9$d.0/24","providerID":"aws:///%4$s/i-%10$s"},\
        "status":{"capacity":{"cpu":"32","memory":"131072000Ki","pods":"110",\
        "ephemeral-storage":"209702892Ki"},"allocatable":{"cpu":"31850m","memory":"128000000Ki",\
        "pods":"110"},"conditions":[{"type":"Ready","status":"True",\
        "lastHeartbeatTime":"2026-11-22T12:00:00Z","lastTransitionTime":"2026-01-10T08:00:30Z",\
        "reason":"KubeletReady","message":"kubelet is posting ready status"}],\
        "addresses":[{"type":"InternalIP","address":"10.%8$d.%9$d.1"},\
        {"type":"Hostname","address":"%1$s"}],"nodeInfo":{"kubeletVersion":"v1.36.3",\
        "osImage":"Linux","containerRuntimeVersion":"containerd://2.1.0"},"images":[%11$s]}}"""
            .formatted(
                name,
                uid(0, i),
                1_000 + i,
                ZONES[i % ZONES.length],
                cpu,
                memory,
                now,
                i >> 8,
                i & 255,
                hex(i, 17),
                images);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Pod {@code i}. */
  byte[] pod(int i) {
    int deployment = i / REPLICAS;
    boolean ended = i % ENDED == ENDED - 1;
    String app = app(deployment);
    String set = set(deployment);
    String name = podName(i);
    Instant bound = now.minus(1 + i * 131L % POD_LIFE_MINUTES, ChronoUnit.MINUTES);
    Instant started = bound.plusSeconds(4);
    String node = nodeName(i * 7919L % nodes);
    String cpu = CPU[deployment % CPU.length];
    String memory = MEMORY[deployment % MEMORY.length];
    boolean two = deployment % 2 == 0;
    var containers = new StringBuilder(container("app", app, cpu, memory));
    var statuses = new StringBuilder(status("app", app, i, started, ended));
    if (two) {
      containers.append(',').append(container("proxy", "proxy", "100m", "128Mi"));
      statuses.append(',').append(status("proxy", "proxy", i, started, ended));
    }
    String text =
        """
        {"metadata":{"name":"%1$s","generateName":"%2$s-","namespace":"%3$s","uid":"%4$s",\
        "resourceVersion":"%5$d","generation":1,"creationTimestamp":"%6$s","labels":{\
        "app.kubernetes.io/instance":"%7$s","app.kubernetes.io/name":"%7$s",\
        "app.kubernetes.io/version":"2.14.3","pod-template-hash":"%8$s","team":"team-%9$d"},\
        "annotations":{"checksum/config":"%10$s","prometheus.io/port":"9102",\
        "prometheus.io/scrape":"true"},"ownerReferences":[{"apiVersion":"apps/v1",\
        "kind":"ReplicaSet","name":"%2$s","uid":"%11$s","controller":true,\
        "blockOwnerDeletion":true}],"managedFields":[%12$s]},"spec":{"volumes":[{"name":"config",\
        "configMap":{"name":"%7$s","defaultMode":420}},{"name":"tmp","emptyDir":{}},\
        {"name":"kube-api-access","projected":{"sources":[{"serviceAccountToken":{\
        "expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[\
        {"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":\
        {"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],\
        "containers":[%13$s],"restartPolicy":"Always","terminationGracePeriodSeconds":30,\
        "dnsPolicy":"ClusterFirst","serviceAccountName":"%7$s","serviceAccount":"%7$s",\
        "nodeName":"%14$s","securityContext":{"runAsNonRoot":true,"fsGroup":2000},\
        "schedulerName":"%15$s","tolerations":[{"key":"node.kubernetes.io/not-ready",\
        "operator":"Exists","effect":"NoExecute","tolerationSeconds":300},\
        {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute",\
        "tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,\
        "preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"%16$s","conditions":[%17$s],\
        "hostIP":"10.0.0.1","hostIPs":[{"ip":"10.0.0.1"}],"podIP":"10.1.2.3",\
        "podIPs":[{"ip":"10.1.2.3"}],"startTime":"%18$s","containerStatuses":[%19$s],\
        "qosClass":"Burstable"}}"""
            .formatted(
                name,
                set,
                namespace(deployment),
                uid(1, i),
                1_000_000 + i,
                bound.minusSeconds(1),
                app,
                hex(deployment, 9),
                deployment % 40,
                hex(deployment * 7L, 64),
                uid(2, deployment),
                managedFields(bound),
                containers,
                node,
                deployment % 3 == 0 ? "load-aware-scheduler" : "default-scheduler",
                ended ? "Succeeded" : "Running",
                conditions(bound, started),
                bound.plusSeconds(1),
                statuses);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Namespace and name of pod {@code i}. */
  String podKey(int i) {
    return namespace(i / REPLICAS) + "/" + podName(i);
  }

  private static String podName(int i) {
    return set(i / REPLICAS) + "-" + hex(i, 3) + String.format(Locale.ROOT, "%02x", i % REPLICAS);
  }

  private static String namespace(int deployment) {
    return "namespace-" + deployment % NAMESPACES;
  }

  private static String app(int deployment) {
    return "service-" + deployment % 1_000;
  }

  private static String set(int deployment) {
    return app(deployment) + "-" + hex(deployment, 9);
  }

  private static String container(String name, String app, String cpu, String memory) {
    return """
        {"name":"%1$s","image":"registry.example.com/shop/%2$s:2.14.3","ports":[{"name":"http",\
        "containerPort":8080,"protocol":"TCP"},{"name":"metrics","containerPort":9102,\
        "protocol":"TCP"}],"env":[{"name":"POD_NAME","valueFrom":{"fieldRef":{"apiVersion":"v1",\
        "fieldPath":"metadata.name"}}},{"name":"DB_URL","valueFrom":{"secretKeyRef":{\
        "name":"%2$s-db","key":"url"}}},{"name":"OTEL_EXPORTER_OTLP_ENDPOINT",\
        "value":"http://otel-collector.observability:4317"}],"resources":{"limits":{\
        "memory":"%4$s"},"requests":{"cpu":"%3$s","memory":"%4$s"}},"volumeMounts":[\
        {"name":"config","readOnly":true,"mountPath":"/etc/%2$s"},{"name":"tmp",\
        "mountPath":"/tmp"},{"name":"kube-api-access","readOnly":true,\
        "mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],"livenessProbe":{"httpGet":{\
        "path":"/live","port":8080,"scheme":"HTTP"},"initialDelaySeconds":20,"timeoutSeconds":1,\
        "periodSeconds":10,"successThreshold":1,"failureThreshold":3},"readinessProbe":{"httpGet":{\
        "path":"/ready","port":"http","scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":5,\
        "successThreshold":1,"failureThreshold":3},\
        "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",\
        "imagePullPolicy":"IfNotPresent","securityContext":{"capabilities":{"drop":["ALL"]},\
        "readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false}}"""
        .formatted(name, app, cpu, memory);
  }

  private static String status(String name, String app, int i, Instant started, boolean ended) {
    String state =
        ended
            ? "{\"terminated\":{\"exitCode\":0,\"reason\":\"Completed\",\"startedAt\":\"%s\",\"finishedAt\":\"%s\"}}"
                .formatted(started, started.plusSeconds(50))
            : "{\"running\":{\"startedAt\":\"%s\"}}".formatted(started);
    return """
        {"name":"%1$s","state":%2$s,"lastState":{},"ready":%3$b,"restartCount":0,\
        "image":"registry.example.com/shop/%4$s:2.14.3",\
        "imageID":"registry.example.com/shop/%4$s@sha256:%5$s",\
        "containerID":"containerd://%6$s","started":%3$b}"""
        .formatted(name, state, !ended, app, hex(7, 64), hex(i * 13L, 64));
  }

  private static String conditions(Instant bound, Instant started) {
    var text = new StringBuilder();
    for (String type :
        new String[] {
          "PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"
        }) {
      text.append(text.isEmpty() ? "" : ",")
          .append("{\"type\":\"")
          .append(type)
          .append("\",\"status\":\"True\",\"lastProbeTime\":null,\"lastTransitionTime\":\"")
          .append(type.equals("PodScheduled") ? bound : started)
          .append("\"}");
    }
    return text.toString();
  }

  private static String managedFields(Instant bound) {
    return """
        {"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1",\
        "time":"%1$s","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},\
        "f:checksum/config":{},"f:prometheus.io/port":{},"f:prometheus.io/scrape":{}},\
        "f:generateName":{},"f:labels":{".":{},"f:app.kubernetes.io/instance":{},\
        "f:app.kubernetes.io/name":{},"f:app.kubernetes.io/version":{},"f:pod-template-hash":{},\
        "f:team":{}},"f:ownerReferences":{".":{}}},"f:spec":{"f:containers":{\
        "k:{\\"name\\":\\"app\\"}":{".":{},"f:env":{".":{},"k:{\\"name\\":\\"DB_URL\\"}":{".":{},\
        "f:name":{},"f:valueFrom":{}},"k:{\\"name\\":\\"POD_NAME\\"}":{".":{},"f:name":{},\
        "f:valueFrom":{}}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},\
        "f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},\
        "f:initialDelaySeconds":{},"f:periodSeconds":{},"f:successThreshold":{},\
        "f:timeoutSeconds":{}},"f:name":{},"f:resources":{".":{},"f:limits":{".":{},"f:memory":{}},\
        "f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:volumeMounts":{".":{},\
        "k:{\\"mountPath\\":\\"/tmp\\"}":{".":{},"f:mountPath":{},"f:name":{}}}}},"f:dnsPolicy":{},\
        "f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{".":{},"f:fsGroup":{},\
        "f:runAsNonRoot":{}},"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{},\
        "k:{\\"name\\":\\"config\\"}":{".":{},"f:configMap":{},"f:name":{}}}}}},\
        {"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"%2$s",\
        "fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{\
        "k:{\\"type\\":\\"ContainersReady\\"}":{".":{},"f:lastTransitionTime":{},"f:status":{},\
        "f:type":{}},"k:{\\"type\\":\\"Ready\\"}":{".":{},"f:lastTransitionTime":{},"f:status":{},\
        "f:type":{}}},"f:containerStatuses":{},"f:hostIP":{},"f:phase":{},"f:podIP":{},\
        "f:startTime":{}}},"subresource":"status"}"""
        .formatted(bound.minusSeconds(1), bound.plusSeconds(5));
  }

  private static String nodeName(long i) {
    return nodeName((int) i);
  }

  private static String uid(int kind, int i) {
    String h = hex(i * 4L + kind, 32);
    return h.substring(0, 8)
        + '-'
        + h.substring(8, 12)
        + '-'
        + h.substring(12, 16)
        + '-'
        + h.substring(16, 20)
        + '-'
        + h.substring(20);
  }

  /** Digits that look random; different for different seeds. */
  private static String hex(long seed, int digits) {
    var text = new StringBuilder(digits);
    long state = seed;
    while (text.length() < digits) {
      state = state * 0x9E3779B97F4A7C15L + 0x7F4A7C15L;
      long mixed = (state ^ state >>> 29) * 0xBF58476D1CE4E5B9L;
      text.append(String.format(Locale.ROOT, "%016x", mixed ^ mixed >>> 32));
    }
    return text.substring(0, digits);
  }
}
