package dev.ballast.explain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The answers of all replicas about one pod: the newest counts, and what contradicts it is told. A
 * replica that was not asked by kube-scheduler knows nothing, which contradicts nothing.
 *
 * @param newest the explanation that counts, with its source
 */
record Merged(Optional<Reply<Answers.Explanation>> newest, List<String> contradictions) {

  static Merged of(List<Reply<Answers.Explanation>> replies) {
    var known = replies.stream().filter(reply -> knows(reply.answer())).toList();
    var newest = known.stream().max(Comparator.comparing(Merged::time));
    var contradictions = new ArrayList<String>();
    for (var reply : known) {
      if (newest.isPresent() && !reply.equals(newest.get())) {
        contradiction(newest.get(), reply).ifPresent(contradictions::add);
      }
    }
    return new Merged(newest, contradictions);
  }

  static boolean knows(Answers.@Nullable Explanation answer) {
    return answer != null && !answer.status().equals("unknown");
  }

  private static Instant time(Reply<Answers.Explanation> reply) {
    var answer = Objects.requireNonNull(reply.answer());
    return Stream.of(
            Optional.ofNullable(answer.boundAt()),
            Optional.ofNullable(answer.filter()).map(Answers.Call::time),
            Optional.ofNullable(answer.prioritize()).map(Answers.Call::time))
        .flatMap(Optional::stream)
        .map(Instant::parse)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private static Optional<String> contradiction(
      Reply<Answers.Explanation> newest, Reply<Answers.Explanation> other) {
    var says = Objects.requireNonNull(other.answer());
    var holds = Objects.requireNonNull(newest.answer());
    if (!Objects.equals(says.uid(), holds.uid())) {
      return Optional.of(
          other.source()
              + " knows an older pod of this name, UID "
              + says.uid()
              + ": "
              + state(says));
    }
    boolean agree =
        says.status().equals(holds.status()) && Objects.equals(says.node(), holds.node());
    return agree
        ? Optional.empty()
        : Optional.of(
            other.source()
                + " says: "
                + state(says)
                + "; "
                + newest.source()
                + " says later: "
                + state(holds));
  }

  private static String state(Answers.Explanation explanation) {
    return explanation.node() == null ? explanation.status() : "bound to " + explanation.node();
  }
}
