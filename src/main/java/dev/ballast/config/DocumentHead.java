package dev.ballast.config;

import java.util.Collection;
import java.util.Optional;

/** What Kubernetes-like documents begin with: apiVersion, kind and metadata. */
final class DocumentHead {
  /** The apiVersion of Ballast's own kinds. */
  static final String BALLAST = "scheduling.ballast.dev/v1alpha1";

  /** The apiVersion of crane-scheduler's policy. */
  static final String CRANE = "scheduler.policy.crane.io/v1alpha1";

  private DocumentHead() {}

  /** The kind, if it is one of these; else an error. */
  static Optional<String> kind(YamlMap root, Collection<String> kinds) {
    return oneOf(root, "kind", kinds);
  }

  /** The apiVersion, if it is one of these; else an error. Metadata but its name is refused. */
  static Optional<String> apiVersion(YamlMap root, Collection<String> versions) {
    root.map("metadata")
        .ifPresent(
            metadata -> {
              metadata.text("name", "");
              metadata.finish();
            });
    return oneOf(root, "apiVersion", versions);
  }

  private static Optional<String> oneOf(YamlMap root, String key, Collection<String> allowed) {
    Optional<YamlValue> value = root.require(key);
    Optional<String> text = value.flatMap(YamlValue::text);
    if (text.isPresent() && !allowed.contains(text.get())) {
      String message =
          String.format(
              "%s is %s: use %s", key, Quoted.text(text.get()), String.join(" or ", allowed));
      value.get().error(message);
      return Optional.empty();
    }
    return text;
  }
}
