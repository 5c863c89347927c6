package dev.ballast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.http.HttpServer;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.http.ServerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The commands {@code why} and {@code top} against an HTTP server that answers as a replica does.
 */
final class WhyCommandTest {
  private static final String REPLICA =
      "\"replica\":{\"name\":\"r\",\"version\":\"1\",\"startedAt\":\"2026-11-22T11:00:00Z\","
          + "\"policyVersion\":\"p\",\"snapshotVersion\":1,\"schedulerNames\":[\"ours\"],"
          + "\"synced\":true,\"breaker\":\"closed\",\"decisions\":2,\"ofTheFuture\":1}";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicReference<String> query = new AtomicReference<>("");
  private HttpServer server;

  @BeforeEach
  void startReplica() {
    server =
        new HttpServer(
            new ServerSettings("test", "127.0.0.1", 0, 1024, "", path -> {}, System::nanoTime),
            Map.of(
                "/v1/explanations", Map.of("GET", this::explanation),
                "/v1/nodes", Map.of("GET", request -> json("{" + REPLICA + nodes() + "}"))));
    server.start();
  }

  @AfterEach
  void stopReplica() {
    server.close();
  }

  private static String nodes() {
    return ",\"time\":\"2026-11-22T12:00:00Z\",\"nodes\":[{\"node\":\"n1\",\"known\":true,"
        + "\"verdict\":\"passed\",\"score\":70,\"rank\":1,\"readings\":[]}]";
  }

  private Response explanation(Request request) {
    query.set(request.query());
    return json(
        "{"
            + REPLICA
            + ",\"status\":\"bound\",\"namespace\":\"default\",\"pod\":\"web\",\"uid\":\"u\","
            + "\"node\":\"n2\",\"boundAt\":\"2026-11-22T12:00:00Z\",\"prioritize\":"
            + call("n1", 80, 8, 1, row("n2", 50, 5, 2))
            + "}");
  }

  private static String call(String node, int score, int sent, int rank, String more) {
    return "{\"number\":1,\"verb\":\"prioritize\",\"time\":\"2026-11-22T12:00:00Z\",\"tookMillis\":0.2,"
        + "\"uid\":\"u\",\"namespace\":\"default\",\"pod\":\"web\",\"outcome\":\"judged\",\"note\":\"\","
        + "\"policyVersion\":\"p\",\"snapshotVersion\":1,\"candidates\":2,\"passed\":2,\"refused\":{},"
        + "\"rows\":["
        + row(node, score, sent, rank)
        + ","
        + more
        + "]}";
  }

  private static String row(String node, int score, int sent, int rank) {
    return "{\"node\":\"%s\",\"known\":true,\"score\":%d,\"sent\":%d,\"rank\":%d,\"readings\":[]}"
        .formatted(node, score, sent, rank);
  }

  private static Response json(String text) {
    return Response.ok("application/json", text.getBytes(UTF_8));
  }

  private String url() {
    return "http://127.0.0.1:" + server.port();
  }

  private static String deadUrl() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort(); // nobody listens once it is closed
    }
  }

  private int run(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void why_twoReplicasOneDead_explainsAndSaysWhichAnswered() throws IOException {
    String dead = deadUrl();

    assertThat(run("why", "default/web", "--server", url(), "--server", dead, "--node", "n 3"))
        .isZero();
    assertThat(out.toString())
        .startsWith("default/web is on n2, which Ballast ranked 2nd of 2; it ranked n1 first.")
        .contains(url() + "  knows the pod")
        .contains(dead + "  no answer: connection refused");
    assertThat(query).hasValue("namespace=default&pod=web&node=n+3");
  }

  @Test
  void why_byAService_asksEachAddressOfItsName() {
    assertThat(run("why", "web", "--service", "127.0.0.1:" + server.port())).isZero();
    assertThat(out.toString()).contains(url() + "  knows the pod");
  }

  @Test
  void why_schedulerLog_isExact() throws IOException {
    String line =
        "I1122 12:00:00.0 1 schedule_one.go:9] \"%s\" pod=\"default/web\" %snode=\"%s\" score=%d%n";
    String plugin = "Plugin scored node for pod";
    Path log =
        Files.writeString(
            folder.resolve("scheduler.log"),
            line.formatted(plugin, "plugin=\"ImageLocality\" ", "n1", 0)
                + line.formatted(plugin, "plugin=\"ImageLocality\" ", "n2", 100)
                + line.formatted("Extender scored node for pod", "extender=\"x\" ", "n1", 8)
                + line.formatted("Extender scored node for pod", "extender=\"x\" ", "n2", 5));

    assertThat(run("why", "web", "--server", url(), "--scheduler-log", log.toString())).isZero();
    assertThat(out.toString())
        .contains("With a weight of 4 or more for this extender n1 would have won.")
        .contains("difference in-tree: ImageLocality +100");
  }

  @Test
  void why_schedulerLogOfSomethingElse_saysSo() throws IOException {
    Path log = Files.writeString(folder.resolve("scheduler.log"), "nothing\n");

    assertThat(run("why", "web", "--server", url(), "--scheduler-log", log.toString())).isZero();
    assertThat(out.toString()).contains("has no scores of this pod for both nodes");
  }

  @Test
  void why_nobodyAnswers_exitsOne() throws IOException {
    assertThat(run("why", "web", "--server", deadUrl())).isEqualTo(1);
    assertThat(out.toString()).contains("no replica of Ballast answered");
  }

  @Test
  void why_serverThatIsNotBallast_saysSo() {
    assertThat(run("why", "web", "--server", url() + "/elsewhere")).isEqualTo(1);
    assertThat(out.toString()).contains("status 404: no extender of Ballast");
  }

  @ParameterizedTest
  @CsvSource({
    "a/b/c, --node=x, give NAMESPACE/POD",
    "/b, --node=x, give NAMESPACE/POD",
    "a/b, --server=nonsense, '--server is \"nonsense\": give a URL'",
    "a/b, --service=host, '--service is \"host\": give HOST:PORT'",
    "a/b, --service=host:99999, '--service is \"host:99999\": give HOST:PORT'",
    "a/b, --kubeconfig=/missing, kubeconfig /missing cannot be read",
  })
  void why_badUsage_exitsTwoAndSaysWhatToGive(String pod, String option, String message) {
    assertThat(run("why", pod, option)).isEqualTo(2);
    assertThat(err.toString()).contains("ballast why: ").contains(message);
  }

  @Test
  void why_unreadableSchedulerLog_exitsTwo() {
    String missing = folder.resolve("missing").toString();

    assertThat(run("why", "web", "--server", url(), "--scheduler-log", missing)).isEqualTo(2);
    assertThat(err.toString()).contains("--scheduler-log is \"" + missing + "\"");
  }

  @Test
  void top_oneDead_showsTheOther() throws IOException {
    String dead = deadUrl();

    assertThat(run("top", "--server", dead, "--server", url())).isZero();
    assertThat(out.toString())
        .contains("n1    70     1     passed")
        .contains("no answer from " + dead);
  }

  @Test
  void top_json_hasEveryReplica() {
    assertThat(run("top", "-o", "json", "--server", url())).isZero();
    assertThat(out.toString()).contains("\"node\" : \"n1\"").contains("\"source\" : \"" + url());
  }

  @Test
  void top_watchOutOfRange_exitsTwo() {
    assertThat(run("top", "--watch=0", "--server", url())).isEqualTo(2);
    assertThat(err.toString()).contains("--watch is 0: give seconds from 1 to 3600");
  }
}
