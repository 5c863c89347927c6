package dev.ballast.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.ballast.inflight.Amounts;
import dev.ballast.inflight.BadText;
import dev.ballast.load.NodeFacts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a Node that Ballast decodes. Everything else of the object, images and managed fields
 * above all, is passed over by the parser.
 */
@Group("")
@Version("v1")
@Kind("Node")
@Plural("nodes")
@Singular("node")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonDeserialize(using = JsonDeserializer.None.class) // else list items come as raw maps
public final class NodeView implements HasMetadata {
  private static final long serialVersionUID = 1L;
  private static final String ZONE = "topology.kubernetes.io/zone";

  @JsonIgnoreProperties({"managedFields", "finalizers"})
  private ObjectMeta metadata = new ObjectMeta();

  private @Nullable Status status;

  /** status. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Status {
    public @Nullable List<Address> addresses;
    public @Nullable Amount capacity;
    public @Nullable Amount allocatable;
  }

  /** Quantities by resource. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Amount {
    public @Nullable String cpu;
    public @Nullable String memory;
  }

  /** An item of status.addresses. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Address {
    public String type = "";
    public String address = "";
  }

  /** A stand-in that holds nothing but a name. */
  static NodeView stub(String name) {
    var view = new NodeView();
    view.metadata.setName(name);
    return view;
  }

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public void setMetadata(ObjectMeta metadata) {
    this.metadata = metadata;
  }

  public @Nullable Status getStatus() {
    return status;
  }

  public void setStatus(@Nullable Status status) {
    this.status = status;
  }

  @Override
  public void setApiVersion(String version) {}

  /** What is known of it besides its load; a quantity that cannot be read is not known. */
  NodeFacts facts() {
    @Nullable Map<String, String> given = metadata.getLabels();
    Map<String, String> labels = given == null ? Map.of() : given;
    var capacity = status == null ? Amounts.NONE : amounts(status.capacity);
    var allocatable = status == null ? Amounts.NONE : amounts(status.allocatable);
    return new NodeFacts(
        capacity.cpu(),
        capacity.memory(),
        allocatable.cpu(),
        allocatable.memory(),
        labels.getOrDefault(ZONE, ""),
        labels.containsKey(NodeFacts.NO_LOAD_DATA)
            && !"false".equals(labels.get(NodeFacts.NO_LOAD_DATA)));
  }

  private static Amounts amounts(@Nullable Amount amount) {
    return amount == null
        ? Amounts.NONE
        : Amounts.parse("status", amount.cpu, amount.memory, BadText.IGNORED);
  }

  /** Its addresses of a type. */
  List<String> addresses(String type) {
    if (status == null || status.addresses == null) {
      return List.of();
    }
    return status.addresses.stream()
        .filter(a -> a.type.equals(type))
        .map(a -> a.address)
        .filter(a -> !a.isEmpty())
        .toList();
  }
}
