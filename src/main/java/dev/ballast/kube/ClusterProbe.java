package dev.ballast.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.load.NodeFacts;
import dev.ballast.topology.NodeTopology;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Single questions to the API server, for a diagnosis: each is asked once and either answered or a
 * {@link ProbeException} that says why not. Reads only; its one write is a review of rights, which
 * is not stored. Safe for use by many threads.
 */
public final class ClusterProbe {
  private static final String METADATA_LIST =
      "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

  private final KubernetesClient client;
  private final Duration timeout;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * The API server itself.
   *
   * @param url where it is
   * @param version its gitVersion
   * @param date its clock, cut to the second; empty when it does not say
   */
  public record Server(String url, String version, Optional<Instant> date) {}

  /**
   * A right to be reviewed.
   *
   * @param group API group; empty for the core group
   * @param namespace empty for all namespaces
   * @param name empty for all names
   */
  public record Right(String verb, String group, String resource, String namespace, String name) {}

  /**
   * A node.
   *
   * @param node its addresses and annotations
   * @param noLoadData whether it is labelled as one that gives no load
   */
  public record SeenNode(AnnotatedNode node, boolean noLoadData) {}

  /**
   * A lease.
   *
   * @param holder who holds it; empty when nobody does
   * @param renewed when it was renewed, by its holder's clock
   * @param duration for how long a renewal counts
   */
  public record HeldLease(String holder, Optional<Instant> renewed, Duration duration) {}

  /**
   * A Deployment.
   *
   * @param images the images of its containers
   */
  public record Workload(String namespace, String name, List<String> images) {
    public Workload {
      images = List.copyOf(images);
    }
  }

  /**
   * The topologies of a kind.
   *
   * @param readable those that can be read
   * @param unreadable by name, what is wrong with the others
   */
  public record Topologies(List<NodeTopology> readable, SortedMap<String, String> unreadable) {
    public Topologies {
      readable = List.copyOf(readable);
      unreadable = Collections.unmodifiableSortedMap(new TreeMap<>(unreadable));
    }
  }

  /**
   * A probe.
   *
   * @param timeout longest time for an answer
   */
  public ClusterProbe(KubeConnection connection, Duration timeout) {
    client = connection.client();
    this.timeout = timeout;
  }

  /** Asks for the version, which takes no right beyond being known. */
  public Server server() throws ProbeException, InterruptedException {
    var response = get("version", "application/json");
    String version = json(response).path("gitVersion").asText("unknown");
    return new Server(client.getMasterUrl().toString(), version, date(response));
  }

  /** Those of the rights that this account does not have. */
  public List<Right> missing(List<Right> rights) throws ProbeException {
    var missing = new ArrayList<Right>();
    for (Right right : rights) {
      int slash = right.resource().indexOf('/');
      var review =
          new SelfSubjectAccessReviewBuilder()
              .withNewSpec()
              .withNewResourceAttributes()
              .withVerb(right.verb())
              .withGroup(right.group())
              .withResource(slash < 0 ? right.resource() : right.resource().substring(0, slash))
              .withSubresource(slash < 0 ? null : right.resource().substring(slash + 1))
              .withNamespace(emptyToNull(right.namespace()))
              .withName(emptyToNull(right.name()))
              .endResourceAttributes()
              .endSpec()
              .build();
      var status = ask(() -> client.resource(review).create().getStatus());
      if (status == null || !Boolean.TRUE.equals(status.getAllowed())) {
        missing.add(right);
      }
    }
    return missing;
  }

  /** All nodes. */
  public List<SeenNode> nodes() throws ProbeException {
    var resources = client.nodes();
    return pages(resources::list, ClusterProbe::node);
  }

  private static SeenNode node(Node node) {
    var metadata = node.getMetadata();
    return new SeenNode(
        new AnnotatedNode(
            metadata.getName(),
            addresses(node, "InternalIP"),
            addresses(node, "Hostname"),
            metadata.getAnnotations()),
        NodeFacts.noLoadData(metadata.getLabels()));
  }

  private static List<String> addresses(Node node, String type) {
    @Nullable NodeStatus status = node.getStatus();
    return status == null
        ? List.of()
        : status.getAddresses().stream()
            .filter(address -> address.getType().equals(type) && !address.getAddress().isEmpty())
            .map(NodeAddress::getAddress)
            .toList();
  }

  /**
   * Who last wrote these annotations: field managers, with the number of nodes.
   *
   * @param most how many nodes are looked at
   */
  public Map<String, Integer> writers(Set<String> keys, int most)
      throws ProbeException, InterruptedException {
    var writers = new HashMap<String, Integer>();
    for (var node : json(get("api/v1/nodes?limit=" + most, METADATA_LIST)).path("items")) {
      for (var entry : node.path("metadata").path("managedFields")) {
        var owned = entry.path("fieldsV1").path("f:metadata").path("f:annotations");
        if (keys.stream().anyMatch(key -> owned.has("f:" + key))) {
          writers.merge(entry.path("manager").asText("unknown"), 1, Integer::sum);
        }
      }
    }
    return writers;
  }

  /** A lease, if there is one of this name. */
  public Optional<HeldLease> lease(String namespace, String name) throws ProbeException {
    @Nullable Lease lease = ask(() -> client.leases().inNamespace(namespace).withName(name).get());
    return Optional.ofNullable(lease).map(Lease::getSpec).map(ClusterProbe::held);
  }

  private static HeldLease held(LeaseSpec spec) {
    @Nullable String holder = spec.getHolderIdentity();
    @Nullable Integer seconds = spec.getLeaseDurationSeconds();
    return new HeldLease(
        holder == null ? "" : holder,
        Optional.ofNullable(spec.getRenewTime()).map(ZonedDateTime::toInstant),
        Duration.ofSeconds(seconds == null ? 0 : seconds));
  }

  /** The Deployments of all namespaces. */
  public List<Workload> deployments() throws ProbeException {
    var resources = client.apps().deployments().inAnyNamespace();
    return pages(resources::list, ClusterProbe::workload);
  }

  private static Workload workload(Deployment deployment) {
    var images =
        deployment.getSpec().getTemplate().getSpec().getContainers().stream()
            .map(container -> String.valueOf(container.getImage()))
            .toList();
    var metadata = deployment.getMetadata();
    return new Workload(metadata.getNamespace(), metadata.getName(), images);
  }

  /** Whether there is a ConfigMap of this name. */
  public boolean hasConfigMap(String namespace, String name) throws ProbeException {
    return ask(() -> client.configMaps().inNamespace(namespace).withName(name).get()) != null;
  }

  /** Whether the API server serves an API group. */
  public boolean hasGroup(String group) throws ProbeException {
    return ask(() -> client.hasApiGroup(group, true));
  }

  /** The NodeResourceTopology objects of a kind; empty when the API server does not serve it. */
  public Optional<Topologies> topologies(NodeTopology.Kind kind) throws ProbeException {
    if (!hasGroup(kind.group())) {
      return Optional.empty();
    }
    var resources =
        client.genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(kind.group())
                .withVersion(kind.version())
                .withKind("NodeResourceTopology")
                .withPlural("noderesourcetopologies")
                .withNamespaced(false)
                .build());
    var readable = new ArrayList<NodeTopology>();
    var unreadable = new TreeMap<String, String>();
    List<JsonNode> objects = pages(resources::list, json::valueToTree);
    for (JsonNode object : objects) {
      try {
        readable.add(TopologyReader.read(kind, object));
      } catch (TopologyReader.UnreadableException e) {
        String name = object.path("metadata").path("name").asText("");
        unreadable.put(name, String.valueOf(e.getMessage()));
      }
    }
    return Optional.of(new Topologies(readable, unreadable));
  }

  private <V extends HasMetadata, L extends KubernetesResourceList<V>, R> List<R> pages(
      Function<ListOptions, L> list, Function<V, R> record) throws ProbeException {
    var records = new ArrayList<R>();
    @Nullable String next = null;
    do {
      var options =
          new ListOptionsBuilder().withLimit((long) ResourceStream.PAGE).withContinue(next).build();
      var page = ask(() -> list.apply(options));
      page.getItems().forEach(item -> records.add(record.apply(item)));
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    return records;
  }

  private static <T extends @Nullable Object> T ask(Supplier<T> call) throws ProbeException {
    try {
      return call.get();
    } catch (KubernetesClientException e) {
      throw ProbeException.of(e);
    }
  }

  private HttpResponse<byte[]> get(String path, String accept)
      throws ProbeException, InterruptedException {
    var http = client.getHttpClient();
    var request =
        http.newHttpRequestBuilder()
            .uri(URI.create(client.getMasterUrl() + path))
            .header("Accept", accept)
            .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .build();
    try {
      var response =
          http.sendAsync(request, byte[].class).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!response.isSuccessful()) {
        throw ProbeException.ofStatus(response.code());
      }
      return response;
    } catch (ExecutionException e) {
      throw ProbeException.of(e);
    } catch (TimeoutException e) {
      throw new ProbeException(
          ProbeException.Reason.UNREACHABLE, "no answer within " + timeout.toSeconds() + " s");
    }
  }

  private JsonNode json(HttpResponse<byte[]> response) throws ProbeException {
    try {
      return json.readTree(response.body());
    } catch (IOException e) {
      throw new ProbeException(
          ProbeException.Reason.OTHER, "the answer is no JSON: this is no API server");
    }
  }

  private static Optional<Instant> date(HttpResponse<byte[]> response) {
    @Nullable String text = response.header("Date");
    try {
      return Optional.ofNullable(text)
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
