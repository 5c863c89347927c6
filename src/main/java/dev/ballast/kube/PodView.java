package dev.ballast.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** The part of a Pod that Ballast decodes. */
@Group("")
@Version("v1")
@Kind("Pod")
@Plural("pods")
@Singular("pod")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonDeserialize(using = JsonDeserializer.None.class) // else list items come as raw maps
public final class PodView implements HasMetadata, Namespaced {
  private static final long serialVersionUID = 1L;

  @JsonIgnoreProperties({"managedFields", "finalizers", "labels", "annotations", "ownerReferences"})
  private ObjectMeta metadata = new ObjectMeta();

  private Spec spec = new Spec();
  private Status status = new Status();

  /** spec. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Spec {
    public @Nullable String nodeName;
  }

  /** status. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Status {
    public @Nullable String phase;
  }

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public void setMetadata(ObjectMeta metadata) {
    this.metadata = metadata;
  }

  public Spec getSpec() {
    return spec;
  }

  public void setSpec(@Nullable Spec spec) {
    this.spec = spec == null ? new Spec() : spec;
  }

  public Status getStatus() {
    return status;
  }

  public void setStatus(@Nullable Status status) {
    this.status = status == null ? new Status() : status;
  }

  @Override
  public void setApiVersion(String version) {}
}
