package dev.ballast.extender.wire;

/**
 * Texts of quantities in a request. Absent texts are empty.
 *
 * @param cpu of {@code cpu}
 * @param memory of {@code memory}
 */
public record Quantities(String cpu, String memory) {
  /** Nothing given. */
  public static final Quantities NONE = new Quantities("", "");

  boolean isAs(Quantities other) {
    return cpu.equals(other.cpu) && memory.equals(other.memory);
  }
}
