package dev.ballast.extender.wire;

import dev.ballast.load.NodeNames;

/**
 * A decoded filter or prioritize request, {@code ExtenderArgs} in {@code
 * k8s.io/kube-scheduler/extender/v1}. Confined to one request.
 *
 * @param pod the pod
 * @param candidates its nodes
 */
public record ExtenderRequest(ExtenderPod pod, Candidates candidates) {
  /**
   * Decodes a request in one pass.
   *
   * <p>Keys are compared exactly, as the only client writes them in one way; unknown keys are
   * passed over, doubled {@code Pod}, {@code Nodes} or {@code NodeNames} are refused. {@code
   * NodeNames} wins when both lists are there; when both are null there are no candidates.
   *
   * @param known the nodes that are known; their names are not made again
   * @param lastPod the pod of the request before; takes this one's
   * @throws MalformedRequestException when the bytes are not such a request
   */
  public static ExtenderRequest decode(byte[] bytes, int length, NodeNames known, LastPod lastPod)
      throws MalformedRequestException {
    return new ExtenderRequestDecoder(bytes, length, known, lastPod).decode();
  }

  /** Decodes a request of which no other one is known. */
  public static ExtenderRequest decode(byte[] bytes, int length, NodeNames known)
      throws MalformedRequestException {
    return decode(bytes, length, known, new LastPod());
  }
}
