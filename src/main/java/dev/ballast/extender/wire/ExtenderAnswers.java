package dev.ballast.extender.wire;

import dev.ballast.extender.wire.Candidates.Form;
import java.nio.charset.StandardCharsets;

/**
 * The answers to filter and prioritize, in the one shape that the real client reads as it is meant:
 * all five keys of {@code ExtenderFilterResult}, only names that were asked about, integer scores
 * from 0 up, and nothing behind the last bracket. Immutable, so safe for use by many threads.
 */
public final class ExtenderAnswers {
  private static final String NAMES_KEY = "{\"Nodes\":null,\"NodeNames\":";
  private static final String NODES_KEY = "{\"Nodes\":";
  private static final byte[] FIRST_HOST = ascii("{\"Host\":");
  private static final byte[] NEXT_HOST = ascii("},{\"Host\":");
  private static final byte[] SCORE = ascii(",\"Score\":");
  private static final String NO_NAMES = ",\"NodeNames\":null";
  private static final String TAIL_OF_ECHO =
      ",\"FailedNodes\":null,\"FailedAndUnresolvableNodes\":null,\"Error\":\"\"}";
  private static final int NAME_BYTES = 64; // of most; the buffer grows for longer ones

  /** Candidates up to which reasons are sent that kube-scheduler does not read. */
  private static final int MAX_WITH_REASONS = 100;

  private static final Answer NO_SCORES = answer("[]");

  /** What was decided about the candidates of a filter call. Names each refused one in one list. */
  public interface Refusals {
    /** Why candidate {@code i} is refused, one of a few constant texts; empty when it is not. */
    String reason(int i);

    /** Whether candidate {@code i}, which is refused, may do when pods are evicted there. */
    default boolean evictingHelps(int i) {
      return false;
    }

    /**
     * The first candidate from one on that is not given back, or the number of all: what is neither
     * given back nor refused is left out.
     */
    default int firstNotGivenBack(int from, int all) {
      int i = from;
      while (i < all && reason(i).isEmpty()) {
        i++;
      }
      return i;
    }
  }

  private ExtenderAnswers() {}

  /** Gives all candidates back as they came, byte for byte. */
  public static Answer echo(Candidates candidates) {
    var out = new AnswerBuffer(candidates.listBytes() + 160);
    if (candidates.form() == Form.NAMES) {
      out.ascii(NAMES_KEY);
      candidates.echo(out);
    } else {
      out.ascii(NODES_KEY);
      candidates.echo(out);
      out.ascii(NO_NAMES);
    }
    out.ascii(TAIL_OF_ECHO);
    return answer(out);
  }

  /**
   * Gives back the candidates that pass and names the refused ones with their reasons: as
   * unresolvable where preemption has nothing to try, as evicting pods would not lower a measured
   * load soon, and else as failed. A candidate that is left out is in no list: kube-scheduler goes
   * on without it, and reads no reason as long as a candidate is left. So then a long answer names
   * none, as decoding is what an answer costs kube-scheduler.
   */
  public static Answer filtered(Candidates candidates, Refusals refusals) {
    var out = new AnswerBuffer(candidates.listBytes() + 256);
    boolean names = candidates.form() == Form.NAMES;
    out.ascii(names ? NAMES_KEY + "[" : NODES_KEY + "{\"metadata\":{},\"items\":[");
    int count = candidates.count();
    boolean first = true;
    for (int from = 0; from < count; ) {
      int to = refusals.firstNotGivenBack(from, count);
      if (to > from) { // a run of them, as it came
        separate(out, first);
        first = false;
        candidates.echo(from, to, out);
      }
      from = to + 1;
    }
    out.ascii(names ? "]" : "]}" + NO_NAMES);
    boolean told = first || count <= MAX_WITH_REASONS;
    out.ascii(",\"FailedNodes\":");
    refused(candidates, refusals, true, told, out);
    out.ascii(",\"FailedAndUnresolvableNodes\":");
    refused(candidates, refusals, false, told, out);
    out.ascii(",\"Error\":\"\"}");
    return answer(out);
  }

  /** No scores: every candidate gets the same. */
  public static Answer noScores() {
    return NO_SCORES;
  }

  /**
   * The scores above 0: a host that is not listed gets 0 from the client.
   *
   * @param scores by candidate
   */
  public static Answer scored(Candidates candidates, int[] scores) {
    boolean names = candidates.form() == Form.NAMES; // else the list is whole Node objects
    int nameBytes = names ? candidates.listBytes() : NAME_BYTES * candidates.count();
    var out = new AnswerBuffer(nameBytes + 24 * candidates.count() + 2);
    out.ascii("[");
    int count = candidates.count();
    byte[] host = FIRST_HOST;
    for (int i = 0; i < count; i++) {
      int score = scores[i];
      if (score > 0) {
        candidates.entry(host, i, SCORE, score, out);
        host = NEXT_HOST;
      }
    }
    out.ascii(host == FIRST_HOST ? "]" : "}]");
    return answer(out);
  }

  private static void refused(
      Candidates candidates,
      Refusals refusals,
      boolean evictingHelps,
      boolean told,
      AnswerBuffer out) {
    boolean first = true;
    for (int i = 0; told && i < candidates.count(); i++) {
      String reason = refusals.reason(i);
      if (!reason.isEmpty() && refusals.evictingHelps(i) == evictingHelps) {
        out.ascii(first ? "{" : ",");
        first = false;
        candidates.name(i, out);
        out.ascii(":");
        out.string(reason);
      }
    }
    out.ascii(first ? "null" : "}");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void separate(AnswerBuffer out, boolean first) {
    if (!first) {
      out.ascii(",");
    }
  }

  private static Answer answer(String text) {
    var out = new AnswerBuffer(text.length());
    out.ascii(text);
    return answer(out);
  }

  private static Answer answer(AnswerBuffer out) {
    return new Answer(out.bytes(), out.length());
  }
}
