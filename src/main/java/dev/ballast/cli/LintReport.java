package dev.ballast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code lint} found, file by file. Confined to the thread of the command. */
final class LintReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Linted> files = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();

  private record Linted(String file, Optional<String> kind, List<Problem> problems) {}

  void add(String file, Optional<String> kind, List<Problem> problems) {
    files.add(new Linted(file, kind, problems));
  }

  /** Notes a file that could not be read, with the reason. */
  void addUnreadable(String why) {
    unreadable.add(why);
  }

  List<String> unreadable() {
    return List.copyOf(unreadable);
  }

  long errors() {
    return problems().stream().filter(Problem::isError).count();
  }

  long warnings() {
    return problems().size() - errors();
  }

  private List<Problem> problems() {
    return files.stream().flatMap(file -> file.problems().stream()).toList();
  }

  /** A line a problem, and a summary. */
  String text() {
    StringBuilder text = new StringBuilder();
    problems().forEach(problem -> text.append(problem).append('\n'));
    return text.append(count(files.size(), "file"))
        .append(" checked: ")
        .append(count(errors(), "error"))
        .append(", ")
        .append(count(warnings(), "warning"))
        .append('\n')
        .toString();
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** The same for machines; {@code kind} is null when it is none that Ballast knows. */
  String json() {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("files");
    for (Linted linted : files) {
      ObjectNode file = list.addObject().put("file", linted.file());
      file.put("kind", linted.kind().orElse(null));
      ArrayNode problems = file.putArray("problems");
      for (Problem problem : linted.problems()) {
        problems
            .addObject()
            .put("severity", problem.severity().text())
            .put("line", problem.line())
            .put("column", problem.column())
            .put("path", problem.path())
            .put("message", problem.message());
      }
    }
    root.put("errors", errors()).put("warnings", warnings());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers was not written", e);
    }
  }
}
