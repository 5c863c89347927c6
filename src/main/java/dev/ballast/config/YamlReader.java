package dev.ballast.config;

import dev.ballast.config.Problems.Position;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a YAML 1.2 file of one document whose root is a mapping. Never throws for what a file
 * holds: it becomes a {@link Problem}. Limits: {@link YamlSource#MAX_BYTES}, {@value #MAX_ALIASES}
 * aliases of lists and mappings, nesting of {@value #MAX_DEPTH}.
 */
final class YamlReader {
  static final int MAX_ALIASES = 50;
  static final int MAX_DEPTH = 50;

  private YamlReader() {}

  /** The root of the file's document, unless there is an error. */
  static Optional<YamlMap> read(YamlSource source, Problems problems) {
    return source.text(problems).flatMap(text -> read(text, problems));
  }

  private static Optional<YamlMap> read(String text, Problems problems) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setAllowNonScalarKeys(true) // reported by YamlMap, with their place
            .setCodePointLimit(YamlSource.MAX_BYTES)
            .build();
    try {
      Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
      Composer documents = new Composer(settings, new DepthLimit(parser));
      Optional<Node> root = documents.hasNext() ? Optional.of(documents.next()) : Optional.empty();
      if (documents.hasNext()) {
        Position second = position(documents.next().getStartMark());
        problems.error(second, "", "a second document in the file: put it into a file of its own");
        return Optional.empty();
      }
      return root.filter(node -> !node.getTag().equals(Tag.NULL))
          .map(node -> new YamlValue(node, "", "the file", problems))
          .or(
              () -> {
                problems.error(Position.START, "", "the file is empty: give apiVersion and kind");
                return Optional.empty();
              })
          .flatMap(YamlValue::map);
    } catch (MarkedYamlEngineException e) {
      problems.error(position(e.getProblemMark().or(e::getContextMark)), "", syntax(e));
    } catch (ReaderException e) {
      int length = text.codePointCount(0, text.length());
      problems.error(
          YamlSource.position(text, Math.min(length, e.getPosition())),
          "",
          String.format("the character U+%04X may not be in YAML: remove it", e.getCodePoint()));
    } catch (YamlEngineException e) {
      problems.error(
          Position.START, "", "not valid YAML: " + Quoted.line(String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  private static String syntax(MarkedYamlEngineException e) {
    String context = e.getContext() == null || e.getContext().isEmpty() ? "" : " " + e.getContext();
    return Quoted.line("not valid YAML" + context + ": " + e.getProblem())
        + "; check indentation, colons and quotes here";
  }

  static Position position(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
  }

  /** Guards the composer, which recurses, against documents that are nested too deep. */
  private static final class DepthLimit implements Parser {
    private final Parser parser;
    private int depth;

    DepthLimit(Parser parser) {
      this.parser = parser;
    }

    @Override
    public boolean checkEvent(Event.ID choice) {
      return parser.checkEvent(choice);
    }

    @Override
    public Event peekEvent() {
      return parser.peekEvent();
    }

    @Override
    public boolean hasNext() {
      return parser.hasNext();
    }

    @Override
    public Event next() {
      Event event = parser.next();
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        throw new TooDeep(event);
      }
      return event;
    }
  }

  private static final class TooDeep extends MarkedYamlEngineException {
    private static final long serialVersionUID = 1L;

    TooDeep(Event event) {
      super("", Optional.empty(), "nested deeper than " + MAX_DEPTH, event.getStartMark());
    }
  }
}
