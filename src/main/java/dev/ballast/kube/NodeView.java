package dev.ballast.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
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

  @JsonIgnoreProperties({"managedFields", "finalizers"})
  private ObjectMeta metadata = new ObjectMeta();

  private @Nullable Status status;

  /** status. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Status {
    public @Nullable List<Address> addresses;
  }

  /** An item of status.addresses. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Address {
    public String type = "";
    public String address = "";
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
