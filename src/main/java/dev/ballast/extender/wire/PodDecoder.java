package dev.ballast.extender.wire;

import dev.ballast.extender.wire.ExtenderContainer.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes the pod of a request where a scanner stands: keeps what {@link ExtenderPod} names, checks
 * and passes over everything else. Confined to one thread, used once.
 */
final class PodDecoder {
  private static final List<ExtenderContainer> NO_CONTAINERS = List.of();

  private final JsonScanner json;

  private String uid = "";
  private String namespace = "";
  private String name = "";
  private Map<String, String> annotations = Map.of();
  private String schedulerName = "";
  private String nominatedNodeName = "";
  private boolean daemonSet;
  private List<ExtenderContainer> initContainers = NO_CONTAINERS;
  private List<ExtenderContainer> containers = NO_CONTAINERS;
  private ExtenderContainer wholePod =
      new ExtenderContainer(Kind.CONTAINER, Quantities.NONE, Quantities.NONE);
  private Quantities overhead = Quantities.NONE;
  private boolean preferredAffinity;
  private boolean topologySpread;

  PodDecoder(JsonScanner json) {
    this.json = json;
  }

  ExtenderPod decode() throws MalformedRequestException {
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      switch (json.readKey()) {
        case "metadata" -> metadata();
        case "spec" -> spec();
        case "status" ->
            nominatedNodeName = json.textMember("nominatedNodeName", nominatedNodeName);
        default -> json.skipValue();
      }
    }
    return new ExtenderPod(
        uid,
        namespace,
        name,
        annotations,
        schedulerName,
        nominatedNodeName,
        daemonSet,
        new ExtenderPod.Resources(
            allContainers(), wholePod.requests(), wholePod.limits(), overhead),
        preferredAffinity,
        topologySpread);
  }

  private List<ExtenderContainer> allContainers() {
    if (initContainers.isEmpty()) {
      return containers;
    }
    var all = new ArrayList<ExtenderContainer>(initContainers.size() + containers.size());
    all.addAll(initContainers);
    all.addAll(containers);
    return all;
  }

  private void metadata() throws MalformedRequestException {
    if (json.takeNull()) {
      return;
    }
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      switch (json.readKey()) {
        case "uid" -> uid = json.text();
        case "namespace" -> namespace = json.text();
        case "name" -> name = json.text();
        case "annotations" -> annotations();
        case "ownerReferences" -> owners();
        default -> json.skipValue();
      }
    }
  }

  private void annotations() throws MalformedRequestException {
    if (json.takeNull()) {
      return;
    }
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      String key = json.readKey();
      if (key.startsWith(ExtenderPod.ANNOTATIONS)
          || key.startsWith(ExtenderPod.TOPOLOGY_ANNOTATIONS)) {
        if (annotations.isEmpty()) {
          annotations = new HashMap<>();
        }
        annotations.put(key, json.text());
      } else {
        json.skipValue();
      }
    }
  }

  private void owners() throws MalformedRequestException {
    if (json.takeNull()) {
      return;
    }
    json.enter('[');
    for (boolean first = true; json.next(first, ']'); first = false) {
      daemonSet |= json.textMember("kind", "").equals("DaemonSet");
    }
  }

  private void spec() throws MalformedRequestException {
    if (json.takeNull()) {
      return;
    }
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      switch (json.readKey()) {
        case "schedulerName" -> schedulerName = json.text();
        case "initContainers" -> initContainers = containers(Kind.INIT);
        case "containers" -> containers = containers(Kind.CONTAINER);
        case "resources" -> wholePod = resources(Kind.CONTAINER);
        case "overhead" -> overhead = quantities();
        case "affinity" -> preferredAffinity = anyPreferred();
        case "topologySpreadConstraints" -> topologySpread = isFilledList();
        default -> json.skipValue();
      }
    }
  }

  private List<ExtenderContainer> containers(Kind kind) throws MalformedRequestException {
    if (json.takeNull()) {
      return NO_CONTAINERS;
    }
    var list = new ArrayList<ExtenderContainer>();
    json.enter('[');
    for (boolean first = true; json.next(first, ']'); first = false) {
      if (!json.takeNull()) {
        list.add(container(kind));
      }
    }
    return list;
  }

  private ExtenderContainer container(Kind kind) throws MalformedRequestException {
    var resources = new ExtenderContainer(kind, Quantities.NONE, Quantities.NONE);
    boolean always = false;
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      switch (json.readKey()) {
        case "resources" -> resources = resources(kind);
        case "restartPolicy" -> always = json.text().equals("Always");
        default -> json.skipValue();
      }
    }
    return always && kind == Kind.INIT
        ? new ExtenderContainer(Kind.SIDECAR, resources.requests(), resources.limits())
        : resources;
  }

  private ExtenderContainer resources(Kind kind) throws MalformedRequestException {
    var requests = Quantities.NONE;
    var limits = Quantities.NONE;
    if (!json.takeNull()) {
      json.enter('{');
      for (boolean first = true; json.next(first, '}'); first = false) {
        switch (json.readKey()) {
          case "requests" -> requests = quantities();
          case "limits" -> limits = quantities();
          default -> json.skipValue();
        }
      }
    }
    return new ExtenderContainer(kind, requests, limits);
  }

  private Quantities quantities() throws MalformedRequestException {
    if (json.takeNull()) {
      return Quantities.NONE;
    }
    String cpu = "";
    String memory = "";
    Map<String, String> others = Map.of();
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      String key = json.readKey();
      switch (key) {
        case "cpu" -> cpu = json.text();
        case "memory" -> memory = json.text();
        default -> {
          if (others.isEmpty()) {
            others = new HashMap<>();
          }
          others.put(key, json.text());
        }
      }
    }
    return new Quantities(cpu, memory, others);
  }

  /** Whether one of the kinds of affinity that come next has a preferred term. */
  private boolean anyPreferred() throws MalformedRequestException {
    boolean any = false;
    if (json.takeNull()) {
      return any;
    }
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      json.skipString();
      json.expect(':');
      any |= isPreferred();
    }
    return any;
  }

  private boolean isPreferred() throws MalformedRequestException {
    boolean preferred = false;
    if (json.takeNull()) {
      return preferred;
    }
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      if (json.readKey().equals("preferredDuringSchedulingIgnoredDuringExecution")) {
        preferred |= isFilledList();
      } else {
        json.skipValue();
      }
    }
    return preferred;
  }

  private boolean isFilledList() throws MalformedRequestException {
    boolean filled = false;
    if (json.takeNull()) {
      return filled;
    }
    json.enter('[');
    for (boolean first = true; json.next(first, ']'); first = false) {
      json.skipValue();
      filled = true;
    }
    return filled;
  }
}
