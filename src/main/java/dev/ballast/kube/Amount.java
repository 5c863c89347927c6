package dev.ballast.kube;

import dev.ballast.inflight.Amounts;
import dev.ballast.inflight.BadText;
import org.jspecify.annotations.Nullable;

/** The quantities of a resource list that Ballast decodes. Confined to one thread. */
final class Amount {
  @Nullable String cpu;
  @Nullable String memory;

  /** Takes an entry of the list. */
  void add(ProtoReader entry) {
    String key = "";
    for (int field = entry.next(); field != 0; field = entry.next()) {
      switch (field) {
        case 1 -> key = entry.text();
        case 2 -> {
          switch (key) {
            case "cpu" -> cpu = quantity(entry.message());
            case "memory" -> memory = quantity(entry.message());
            default -> {}
          }
        }
        default -> {}
      }
    }
  }

  private static String quantity(ProtoReader quantity) {
    return quantity.next() == 1 ? quantity.text() : "";
  }

  /**
   * What it amounts to; a text that is no quantity is told and counts as absent.
   *
   * @param of what it is, as {@link Amounts#parse} tells
   */
  Amounts parse(String of, BadText bad) {
    return Amounts.parse(of, cpu, memory, bad);
  }
}
