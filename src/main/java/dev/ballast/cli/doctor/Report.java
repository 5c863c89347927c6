package dev.ballast.cli.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all checks found, in their order. Immutable. */
public final class Report {
  private static final int STATUS_CHARS = 9;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Finding> findings;

  Report(List<Finding> findings) {
    this.findings = List.copyOf(findings);
  }

  List<Finding> findings() {
    return findings;
  }

  /** Whether anything is broken. */
  public boolean isBroken() {
    return count(Status.BROKEN) > 0;
  }

  private long count(Status status) {
    return findings.stream().filter(finding -> finding.status() == status).count();
  }

  /** A line a finding, what to do below it, and a summary. */
  public String text() {
    int width = findings.stream().mapToInt(f -> f.check().length()).max().orElse(0) + 2;
    return findings.stream()
        .flatMap(finding -> lines(finding, width))
        .collect(Collectors.joining("\n", "", "\n" + summary() + "\n"));
  }

  private static Stream<String> lines(Finding finding, int width) {
    String subject = finding.subject().isEmpty() ? "" : finding.subject() + ": ";
    String line =
        pad(finding.status().toString(), STATUS_CHARS)
            + pad(finding.check(), width)
            + subject
            + finding.seen();
    String indent = " ".repeat(STATUS_CHARS + width);
    return finding.advice().isEmpty()
        ? Stream.of(Printable.line(line))
        : Stream.of(Printable.line(line), indent + "-> " + Printable.line(finding.advice()));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  private String summary() {
    return "%d checks: %d ok, %s, %d broken, %d skipped"
        .formatted(
            findings.size(),
            count(Status.OK),
            Words.count(count(Status.WARNING), "warning"),
            count(Status.BROKEN),
            count(Status.SKIPPED));
  }

  /** The same for machines. */
  public String json() {
    var root = JSON.createObjectNode();
    var list = root.putArray("findings");
    for (Finding finding : findings) {
      list.addObject()
          .put("check", finding.check())
          .put("subject", finding.subject())
          .put("status", finding.status().toString())
          .put("seen", finding.seen())
          .put("advice", finding.advice());
    }
    for (Status status : Status.values()) {
      root.put(status.toString(), count(status));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers was not written", e);
    }
  }
}
