package dev.ballast.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * An extender behind HTTP, called as kube-scheduler calls it: POST with {@code ExtenderArgs} in
 * which the node list is names only ({@code nodeCacheCapable}), one call at a time on a kept
 * connection, and nothing but status 200 is an answer. Remembers how long calls took. Confined to
 * one thread.
 */
public final class HttpExtender implements Extender, AutoCloseable {
  private static final MediaType JSON_TYPE = MediaType.get("application/json");
  private static final int OK = 200;

  private final ObjectMapper json = new ObjectMapper();
  private final OkHttpClient http;
  private final String urlPrefix;
  private final String filterVerb;
  private final String prioritizeVerb;
  private final String schedulerName;
  private final LongSupplier nanoClock;
  private final List<Long> callNanos = new ArrayList<>();

  /**
   * A client that has not connected.
   *
   * @param urlPrefix the address, to which {@code /filter} and {@code /prioritize} are added
   * @param schedulerName the {@code spec.schedulerName} of the pods that it asks about
   * @param timeout longest time for a call
   * @param nanoClock monotonic clock in nanoseconds, for the duration of calls only
   */
  public HttpExtender(
      String urlPrefix, String schedulerName, Duration timeout, LongSupplier nanoClock) {
    this(urlPrefix, "filter", "prioritize", schedulerName, timeout, nanoClock);
  }

  /**
   * A client that has not connected.
   *
   * @param urlPrefix the address, to which a slash and a verb are added
   * @param filterVerb the {@code filterVerb} of the scheduler's configuration
   * @param prioritizeVerb the {@code prioritizeVerb} of the scheduler's configuration
   * @param schedulerName the {@code spec.schedulerName} of the pods that it asks about
   * @param timeout longest time for a call
   * @param nanoClock monotonic clock in nanoseconds, for the duration of calls only
   */
  public HttpExtender(
      String urlPrefix,
      String filterVerb,
      String prioritizeVerb,
      String schedulerName,
      Duration timeout,
      LongSupplier nanoClock) {
    this.urlPrefix = urlPrefix;
    this.filterVerb = "/" + filterVerb;
    this.prioritizeVerb = "/" + prioritizeVerb;
    this.schedulerName = schedulerName;
    this.nanoClock = nanoClock;
    this.http = new OkHttpClient.Builder().callTimeout(timeout).build();
  }

  @Override
  public List<String> filter(SimulatedPod pod, List<String> nodes) throws ExtenderCallException {
    return AnswerDecoder.filter(post(filterVerb, pod, nodes), nodes);
  }

  /**
   * What a filter call says.
   *
   * @param passed names that pass
   * @param refused the reason for each name that is refused with one
   */
  public record Filtered(List<String> passed, Map<String, String> refused) {
    public Filtered {
      passed = List.copyOf(passed);
      refused = Map.copyOf(refused);
    }
  }

  /** As {@link #filter}, with the reasons of refusals. */
  public Filtered explainedFilter(SimulatedPod pod, List<String> nodes)
      throws ExtenderCallException {
    byte[] body = post(filterVerb, pod, nodes);
    return new Filtered(AnswerDecoder.filter(body, nodes), AnswerDecoder.refused(body));
  }

  @Override
  public Map<String, Long> prioritize(SimulatedPod pod, List<String> nodes)
      throws ExtenderCallException {
    return AnswerDecoder.prioritize(post(prioritizeVerb, pod, nodes));
  }

  /** The median time of the calls so far, from sending to the last byte of the answer. */
  public Duration medianCall() {
    long[] sorted = callNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return Duration.ofNanos(sorted.length == 0 ? 0 : sorted[sorted.length / 2]);
  }

  /** The longest of the calls so far. */
  public Duration slowestCall() {
    return Duration.ofNanos(callNanos.stream().mapToLong(Long::longValue).max().orElse(0));
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private byte[] post(String verb, SimulatedPod pod, List<String> nodes)
      throws ExtenderCallException {
    var request =
        new Request.Builder()
            .url(urlPrefix + verb)
            .post(RequestBody.create(arguments(pod, nodes), JSON_TYPE))
            .build();
    long start = nanoClock.getAsLong();
    try (var response = http.newCall(request).execute()) {
      byte[] body = response.body().bytes();
      if (response.code() != OK) {
        throw new ExtenderCallException(verb + " was answered with status " + response.code());
      }
      return body;
    } catch (IOException e) {
      throw new ExtenderCallException(verb + " was not answered: " + e.getMessage(), e);
    } finally {
      callNanos.add(nanoClock.getAsLong() - start);
    }
  }

  private byte[] arguments(SimulatedPod pod, List<String> nodes) {
    var arguments = new LinkedHashMap<String, @Nullable Object>();
    arguments.put("Pod", podObject(pod));
    arguments.put("Nodes", null);
    arguments.put("NodeNames", nodes);
    try {
      return json.writeValueAsBytes(arguments);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps, lists and texts are always JSON", e);
    }
  }

  private Map<String, Object> podObject(SimulatedPod pod) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("name", pod.name());
    metadata.put("namespace", "default");
    metadata.put("uid", pod.uid());
    metadata.put("creationTimestamp", Instant.ofEpochMilli(pod.arrivesMillis()).toString());
    var requests =
        Map.of("cpu", pod.cpuRequestMillis() + "m", "memory", pod.memoryRequestMib() + "Mi");
    var container =
        Map.of("name", "main", "image", "example/app", "resources", Map.of("requests", requests));
    var spec = Map.of("schedulerName", schedulerName, "containers", List.of(container));
    return Map.of("metadata", metadata, "spec", spec, "status", Map.of("phase", "Pending"));
  }
}
