package dev.ballast.simulate;

/** A call that kube-scheduler would count as failed. The message says what was wrong. */
public final class ExtenderCallException extends Exception {
  public ExtenderCallException(String message) {
    super(message);
  }

  public ExtenderCallException(String message, Throwable cause) {
    super(message, cause);
  }
}
