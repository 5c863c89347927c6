package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with the parser that it stands in for. */
final class PlainKubeconfigTest {
  private static final String PLAIN =
      """
      apiVersion: v1
      kind: Config
      preferences: {}
      current-context: second
      contexts:
      - {name: first, context: {cluster: other, user: other}}
      - {name: second, context: {cluster: this, user: me, namespace: shop}}
      clusters:
      - {name: other, cluster: {server: "http://127.0.0.1:1", proxy-url: "http://127.0.0.1:9"}}
      - {name: this, cluster: {%s}}
      users:
      - {name: other, user: {exec: {command: x, apiVersion: v1}}}
      - {name: me, user: {%s}}
      """;

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("kubeconfig"), text);
  }

  /** A kubeconfig with these parts of a cluster and of a user. */
  private Path plain(String parts) throws IOException {
    String[] both = parts.split("\\|", -1);
    return file(PLAIN.formatted(both[0], both[1]));
  }

  /** All that a client of it goes by. */
  private static List<Object> used(Config config) {
    var provider = config.getOauthTokenProvider();
    var all = new ArrayList<Object>();
    all.add(config.getMasterUrl());
    all.add(Optional.ofNullable(config.getCaCertFile()));
    all.add(Optional.ofNullable(config.getCaCertData()));
    all.add(Optional.ofNullable(config.getClientCertFile()));
    all.add(Optional.ofNullable(config.getClientCertData()));
    all.add(Optional.ofNullable(config.getClientKeyFile()));
    all.add(Optional.ofNullable(config.getClientKeyData()));
    all.add(
        Optional.ofNullable(provider == null ? config.getAutoOAuthToken() : provider.getToken()));
    all.add(config.isTrustCerts());
    all.add(Optional.ofNullable(config.getHttpsProxy()));
    all.add(config.getRequestTimeout());
    all.add(config.getConnectionTimeout());
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server: 'https://127.0.0.1:6443' | token: t",
        "server: 'https://127.0.0.1:6443/', certificate-authority: ca.crt | token: t",
        "server: 'https://[::1]:6443', certificate-authority: /etc/ca.crt | client-certificate: a/c.crt, client-key: c.key",
        "server: 'https://api.example/k8s/c', certificate-authority-data: Y2E= | client-certificate-data: Yw==, client-key-data: aw==",
        "server: 'http://127.0.0.1:8080' | ",
      })
  void read_commonForm_saysWhatTheParserSays(String parts) throws IOException {
    Path file = plain(parts);

    assertThat(
            PlainKubeconfig.read(file).map(PlainKubeconfig::config).map(PlainKubeconfigTest::used))
        .contains(used(Config.fromKubeconfig(file.toFile())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server: 'https://h', insecure-skip-tls-verify: true | token: t",
        "server: 'https://h', proxy-url: 'http://127.0.0.1:9' | token: t",
        "server: 'https://h', tls-server-name: other | token: t",
        "server: 'https://h' | exec: {command: aws, apiVersion: v1}",
        "server: 'https://h' | tokenFile: /run/token",
        "server: 'https://h' | username: u, password: p",
        "server: 'https://h' | token: 5",
        "certificate-authority: ca.crt | token: t",
        "server: [h] | token: t",
      })
  void read_anythingElse_isLeftToTheParser(String parts) throws IOException {
    assertThat(PlainKubeconfig.read(plain(parts))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "[a, b]",
        "current-context: x",
        "{current-context: x, contexts: {x: y}}",
        "{current-context: x, contexts: [x, {name: x}]}",
        "a: [",
        "&a [*a]",
        "\u0000",
      })
  void read_noKubeconfig_isLeftToTheParser(String text) throws IOException {
    assertThat(PlainKubeconfig.read(file(text))).isEmpty();
  }

  @Test
  void read_noFile_isLeftToTheParser() {
    assertThat(PlainKubeconfig.read(folder.resolve("none"))).isEmpty();
    assertThat(PlainKubeconfig.read(folder)).isEmpty();
  }

  @Test
  void token_fileIsBrokenOrGone_isTheOneBefore() throws IOException {
    Path file = plain("server: 'https://h' | token: first");
    var tokens = PlainKubeconfig.read(file).orElseThrow().config().getOauthTokenProvider();

    assertThat(tokens.getToken()).isEqualTo("first");
    file("a: [");
    assertThat(tokens.getToken()).isEqualTo("first");
    Files.delete(file);
    assertThat(tokens.getToken()).isEqualTo("first");
    plain("server: 'https://h' | token: second");
    assertThat(tokens.getToken()).isEqualTo("second");
  }
}
