package dev.ballast.cli.doctor;

import dev.ballast.config.SchedulerConfiguration;
import dev.ballast.config.SchedulerConfiguration.Extender;
import java.util.List;
import java.util.Optional;

/**
 * The entries of a scheduler's configuration that are Ballast: one, or one for each kind of call,
 * as timeouts belong to an entry. Immutable.
 *
 * @param all in the order of the file, one at least, all with one address
 */
record Entries(List<Extender> all) {
  Entries {
    all = List.copyOf(all);
  }

  /**
   * Which of the extenders is Ballast: what has this address, else what has this port, else the
   * only one.
   */
  static Optional<Entries> of(
      SchedulerConfiguration configuration, Optional<String> url, int port) {
    var extenders = configuration.extenders();
    var prefixes = extenders.stream().map(Extender::urlPrefix).toList();
    Optional<String> mine =
        url.filter(prefixes::contains)
            .or(
                () ->
                    prefixes.stream().filter(p -> p.matches(".*:" + port + "(/.*)?")).findFirst());
    if (mine.isEmpty()) {
      return extenders.size() == 1 ? Optional.of(new Entries(extenders)) : Optional.empty();
    }
    return Optional.of(
        new Entries(extenders.stream().filter(e -> e.urlPrefix().equals(mine.get())).toList()));
  }

  /** The entry by which nodes are judged; the first when there is none. */
  Extender judging() {
    return all.stream().filter(Entries::judges).findFirst().orElse(all.get(0));
  }

  /** How many entries judge nodes. */
  long judges() {
    return all.stream().filter(Entries::judges).count();
  }

  private static boolean judges(Extender extender) {
    return !extender.filterVerb().isEmpty() || !extender.prioritizeVerb().isEmpty();
  }

  /** The entry by which pods are bound, if there is one. */
  Optional<Extender> binding() {
    return all.stream().filter(extender -> !extender.bindVerb().isEmpty()).findFirst();
  }
}
