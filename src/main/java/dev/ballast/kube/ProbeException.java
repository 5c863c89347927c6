package dev.ballast.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import javax.net.ssl.SSLException;

/** Says why the API server gave no answer to a {@link ClusterProbe}. */
public final class ProbeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong, by what there is to do. */
  public enum Reason {
    UNREACHABLE,
    TLS,
    /** Status 401: the credentials are not known. */
    UNAUTHORIZED,
    /** Status 403: known, but without the right. */
    FORBIDDEN,
    OTHER
  }

  private final Reason reason;

  ProbeException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }

  static ProbeException of(KubernetesClientException e) {
    String message = e.getStatus() == null ? rootMessage(e) : e.getStatus().getMessage();
    return new ProbeException(reasonOf(e), message == null ? e.toString() : message);
  }

  static ProbeException ofStatus(int status) {
    return new ProbeException(reasonOf(status), "HTTP status " + status);
  }

  static ProbeException of(Throwable failure) {
    return new ProbeException(reasonOf(failure), rootMessage(failure));
  }

  private static Reason reasonOf(KubernetesClientException e) {
    return e.getCode() == 0 ? reasonOf((Throwable) e) : reasonOf(e.getCode());
  }

  private static Reason reasonOf(int status) {
    return switch (status) {
      case HttpURLConnection.HTTP_UNAUTHORIZED -> Reason.UNAUTHORIZED;
      case HttpURLConnection.HTTP_FORBIDDEN -> Reason.FORBIDDEN;
      default -> Reason.OTHER;
    };
  }

  private static Reason reasonOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return Reason.TLS;
      }
    }
    return Reason.UNREACHABLE;
  }

  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.toString() : message;
  }
}
