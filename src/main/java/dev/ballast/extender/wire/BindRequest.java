package dev.ballast.extender.wire;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A decoded bind request, {@code ExtenderBindingArgs} in {@code k8s.io/kube-scheduler/extender/v1},
 * and its answer, {@code ExtenderBindingResult}. Immutable.
 *
 * @param name of the pod
 * @param namespace of the pod
 * @param uid of the pod
 * @param node the node that it is to be bound to
 */
public record BindRequest(String name, String namespace, String uid, String node) {
  /** DNS names, which go into paths. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  private static final int FIRST_PRINTABLE = 0x20;

  /**
   * Decodes a request; unknown keys are passed over.
   *
   * @throws MalformedRequestException when the bytes are not such a request
   */
  public static BindRequest decode(byte[] bytes, int length) throws MalformedRequestException {
    var json = new JsonScanner(bytes, length);
    String name = "";
    String namespace = "";
    String uid = "";
    String node = "";
    json.enter('{');
    for (boolean first = true; json.next(first, '}'); first = false) {
      switch (json.readKey()) {
        case "PodName" -> name = name(json);
        case "PodNamespace" -> namespace = name(json);
        case "PodUID" -> uid = json.text();
        case "Node" -> node = name(json);
        default -> json.skipValue();
      }
    }
    json.expectEnd();
    if (name.isEmpty() || namespace.isEmpty() || uid.isEmpty() || node.isEmpty()) {
      throw json.unexpected("keys \"PodName\", \"PodNamespace\", \"PodUID\" and \"Node\"");
    }
    return new BindRequest(name, namespace, uid, node);
  }

  private static String name(JsonScanner json) throws MalformedRequestException {
    String name = json.text();
    if (!NAME.matcher(name).matches()) {
      throw json.unexpected("a name of an object");
    }
    return name;
  }

  /** An answer; an empty error says that the pod is bound. */
  public static byte[] answer(String error) {
    var out = new StringBuilder("{\"Error\":\"");
    for (int i = 0; i < error.length(); i++) {
      char c = error.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\');
      }
      out.append(c < FIRST_PRINTABLE || Character.isSurrogate(c) ? ' ' : c);
    }
    return out.append("\"}").toString().getBytes(StandardCharsets.UTF_8);
  }
}
