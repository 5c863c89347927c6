package dev.ballast.extender.wire;

/** Says what is wrong with the bytes of a request, and where. */
public final class MalformedRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRequestException(String what, int position) {
    super(
        what + " at byte " + position,
        null,
        false,
        false); // no stack trace: bad input is no defect
  }
}
