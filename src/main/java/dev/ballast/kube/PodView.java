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
import java.util.List;
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

  @JsonIgnoreProperties({"managedFields", "finalizers", "labels", "ownerReferences"})
  private @Nullable ObjectMeta metadata;

  private @Nullable Spec spec;
  private @Nullable Status status;
  private @Nullable String stub;

  /** spec. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Spec {
    public @Nullable String nodeName;
    public @Nullable String schedulerName;
    public @Nullable List<Container> containers;
    public @Nullable List<Container> initContainers;
    public @Nullable Resources resources;
    public @Nullable Amount overhead;
  }

  /** An item of spec.containers or spec.initContainers. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Container {
    public @Nullable String restartPolicy;
    public @Nullable Resources resources;
  }

  /** Resources of a container or of the whole pod. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Resources {
    public @Nullable Amount requests;
    public @Nullable Amount limits;
  }

  /** Quantities by resource. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Amount {
    public @Nullable String cpu;
    public @Nullable String memory;
  }

  /** status. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Status {
    public @Nullable String phase;
    public @Nullable String startTime;
    public @Nullable String nominatedNodeName;
    public @Nullable List<Condition> conditions;
    public @Nullable List<ContainerStatus> containerStatuses;
  }

  /** An item of status.conditions. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Condition {
    public @Nullable String type;
    public @Nullable String status;
    public @Nullable String reason;
    public @Nullable String message;
    public @Nullable String lastTransitionTime;
  }

  /** An item of status.containerStatuses. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class ContainerStatus {
    public int restartCount;
    public @Nullable ContainerState state;
    public @Nullable ContainerState lastState;
  }

  /** What a container does, or did before it was started again. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class ContainerState {
    public @Nullable Started running;
    public @Nullable Started terminated;
  }

  /** A start of a container. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Started {
    public @Nullable String startedAt;
  }

  /** A stand-in that holds nothing but a UID: there is one for each pod at the end of a list. */
  static PodView stub(String uid) {
    var view = new PodView();
    view.stub = uid;
    return view;
  }

  /** metadata.uid; what the API server gives always has one. */
  String uid() {
    return stub == null ? String.valueOf(getMetadata().getUid()) : stub;
  }

  @Override
  public ObjectMeta getMetadata() {
    if (metadata == null) {
      metadata = new ObjectMeta();
      metadata.setUid(stub);
    }
    return metadata;
  }

  @Override
  public void setMetadata(ObjectMeta metadata) {
    this.metadata = metadata;
  }

  public Spec getSpec() {
    if (spec == null) {
      spec = new Spec();
    }
    return spec;
  }

  public void setSpec(@Nullable Spec spec) {
    this.spec = spec;
  }

  public Status getStatus() {
    if (status == null) {
      status = new Status();
    }
    return status;
  }

  public void setStatus(@Nullable Status status) {
    this.status = status;
  }

  @Override
  public void setApiVersion(String version) {}
}
