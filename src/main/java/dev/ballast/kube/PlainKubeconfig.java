package dev.ballast.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A kubeconfig of the common form: a server and its CA, and a client certificate or a token. It
 * spares a start fabric8's parser, which first loads a model of all of Kubernetes (RATIONALE.md).
 * Any other file, and any with a fault, is left to that parser. Immutable.
 */
final class PlainKubeconfig {
  private static final Set<String> CLUSTER_KEYS =
      Set.of("server", "certificate-authority", "certificate-authority-data");
  private static final Set<String> USER_KEYS =
      Set.of(
          "client-certificate",
          "client-certificate-data",
          "client-key",
          "client-key-data",
          "token");

  private final Path file;
  private final FileTime changed;
  private final Map<?, ?> cluster;
  private final Map<?, ?> user;

  private PlainKubeconfig(Path file, FileTime changed, Map<?, ?> cluster, Map<?, ?> user) {
    this.file = file;
    this.changed = changed;
    this.cluster = cluster;
    this.user = user;
  }

  /** What its current context names, if that is all of the common form. */
  static Optional<PlainKubeconfig> read(Path file) {
    try (var in = Files.newInputStream(file)) {
      FileTime changed = Files.getLastModifiedTime(file); // before it is read: else one is missed
      if (!(new Load(LoadSettings.builder().build()).loadFromInputStream(in)
          instanceof Map<?, ?> root)) {
        return Optional.empty();
      }
      var context = named(root, "contexts", root.get("current-context"), "context");
      var cluster = named(root, "clusters", context.get("cluster"), "cluster");
      var user = named(root, "users", context.get("user"), "user");
      boolean plain =
          cluster.containsKey("server")
              && hasOnlyTexts(cluster, CLUSTER_KEYS)
              && hasOnlyTexts(user, USER_KEYS);
      return plain
          ? Optional.of(new PlainKubeconfig(file.toAbsolutePath(), changed, cluster, user))
          : Optional.empty();
    } catch (IOException | YamlEngineException e) {
      return Optional.empty(); // the other parser says what is wrong
    }
  }

  /** The part of the first entry of a list that has a name; empty when there is none. */
  private static Map<?, ?> named(Map<?, ?> root, String list, @Nullable Object name, String part) {
    if (name != null && root.get(list) instanceof List<?> entries) {
      for (Object each : entries) {
        if (each instanceof Map<?, ?> entry
            && name.equals(entry.get("name"))
            && entry.get(part) instanceof Map<?, ?> value) {
          return value;
        }
      }
    }
    return Map.of();
  }

  private static boolean hasOnlyTexts(Map<?, ?> map, Set<String> keys) {
    return keys.containsAll(map.keySet())
        && map.values().stream().allMatch(String.class::isInstance);
  }

  /** The client's configuration of it. */
  Config config() {
    var builder =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(text(cluster, "server"))
            .withCaCertFile(path(cluster, "certificate-authority"))
            .withCaCertData(text(cluster, "certificate-authority-data"))
            .withClientCertFile(path(user, "client-certificate"))
            .withClientCertData(text(user, "client-certificate-data"))
            .withClientKeyFile(path(user, "client-key"))
            .withClientKeyData(text(user, "client-key-data"));
    @Nullable String token = text(user, "token");
    if (token != null) {
      builder.withOauthTokenProvider(new FileToken(file, changed, token));
    }
    return builder.build();
  }

  private static @Nullable String text(Map<?, ?> map, String key) {
    return (String) map.get(key);
  }

  private @Nullable String path(Map<?, ?> map, String key) {
    @Nullable String text = text(map, key);
    return text == null ? null : file.resolveSibling(text).toString();
  }

  /** The token of a kubeconfig as it is now: some are written anew from time to time. */
  private static final class FileToken implements OAuthTokenProvider {
    private final Path file;
    private FileTime seen; // guarded by this
    private String token; // guarded by this

    FileToken(Path file, FileTime seen, String token) {
      this.file = file;
      this.seen = seen;
      this.token = token;
    }

    @Override
    public synchronized String getToken() {
      try {
        FileTime changed = Files.getLastModifiedTime(file);
        if (!changed.equals(seen)) {
          seen = changed;
          token = read(file).map(now -> text(now.user, "token")).orElse(token);
        }
      } catch (IOException e) {
        // being written: the one before it holds until the API server refuses it
      }
      return token;
    }
  }
}
