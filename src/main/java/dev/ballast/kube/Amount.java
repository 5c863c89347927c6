package dev.ballast.kube;

import dev.ballast.inflight.Amounts;
import dev.ballast.inflight.BadText;
import dev.ballast.inflight.Quantity;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The quantities of a resource list that Ballast decodes. Confined to one thread. */
final class Amount {
  @Nullable String cpu;
  @Nullable String memory;
  private Map<String, String> others = Map.of();

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
            default -> {
              if (others.isEmpty()) {
                others = new HashMap<>();
              }
              others.put(key, quantity(entry.message()));
            }
          }
        }
        default -> {}
      }
    }
  }

  /** All of them as whole numbers; texts that are no quantities are left out. */
  Map<String, Long> amounts() {
    var amounts = new HashMap<String, Long>();
    add("cpu", cpu, amounts);
    add("memory", memory, amounts);
    others.forEach((resource, text) -> add(resource, text, amounts));
    return amounts;
  }

  private static void add(String resource, @Nullable String text, Map<String, Long> amounts) {
    if (text != null) {
      try {
        amounts.put(resource, Quantity.amount(resource, text));
      } catch (IllegalArgumentException e) { // the API server lets none of these in
        amounts.remove(resource);
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
