package dev.ballast.prometheus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes an answer of the Prometheus HTTP API as it arrives: only the asked label and the values
 * are kept. For one answer and one thread.
 *
 * <p>Format: "HTTP API" of the Prometheus documentation. Stricter than most clients: an answer with
 * warnings is partial and no answer; a doubled key, a native histogram or anything after the end is
 * an error.
 */
final class AnswerDecoder {
  private static final int MAX_TEXT = 300;
  private static final double MAX_EPOCH_SECONDS = 1e11;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          // Names come from outside: no table of them is kept.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          // Whoever opened the body closes it: closing may read on.
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxStringLength(1 << 20)
                  .maxNameLength(1 << 16)
                  .maxNumberLength(64)
                  .build())
          .build();

  private static final ObjectMapper TREES = new ObjectMapper(JSON);

  /** What is expected under {@code data}. */
  enum Wanted {
    VECTOR("vector"),
    MATRIX("matrix"),
    NUMBER("vector or scalar");

    private final String text;

    Wanted(String text) {
      this.text = text;
    }

    boolean matches(String resultType) {
      return text.equals(resultType)
          || (this == NUMBER && ("vector".equals(resultType) || "scalar".equals(resultType)));
    }
  }

  /** Takes what was asked for. */
  interface Values {
    /**
     * Takes a value.
     *
     * @param label value of the asked label; null when the series has none
     */
    void accept(@Nullable String label, long epochMillis, double value);
  }

  /** Why an answer is none; the message does not name the query. */
  static final class BadAnswer extends Exception {
    private static final long serialVersionUID = 1L;
    private final Cause reason;

    BadAnswer(Cause reason, String message) {
      super(message);
      this.reason = reason;
    }

    Cause reason() {
      return reason;
    }
  }

  private final JsonParser in;
  private final Wanted wanted;
  private final String label;
  private final Values values;
  private boolean ended;
  private @Nullable String status;
  private @Nullable String errorType;
  private @Nullable String error;
  private @Nullable String warning;
  private @Nullable String resultType;
  private boolean hasResult;

  private AnswerDecoder(JsonParser in, Wanted wanted, String label, Values values) {
    this.in = in;
    this.wanted = wanted;
    this.label = label;
    this.values = values;
  }

  /**
   * Reads a body to its end.
   *
   * @throws BadAnswer when it is not a whole and valid answer; what was handed to {@code values} by
   *     then is to be dropped
   * @throws IOException when the body could not be read
   */
  static void decode(InputStream body, Wanted wanted, String label, Values values)
      throws BadAnswer, IOException {
    try (JsonParser in = JSON.createParser(body)) {
      AnswerDecoder decoder = new AnswerDecoder(in, wanted, label, values);
      try {
        decoder.readEnvelope();
      } catch (JsonParseException e) {
        throw decoder.badJson(e);
      }
      decoder.judge();
    } catch (StreamConstraintsException e) {
      throw new BadAnswer(
          Cause.BAD_SHAPE, "the JSON is out of bounds: " + cut(e.getOriginalMessage()));
    } catch (CharConversionException e) {
      throw new BadAnswer(
          Cause.NOT_JSON, "the body is no JSON: " + cut(String.valueOf(e.getMessage())));
    }
  }

  /** The error text of a body that came with an HTTP status that is not success, if it has one. */
  static @Nullable String errorText(InputStream body) {
    try (JsonParser in = JSON.createParser(body)) {
      AnswerDecoder decoder =
          new AnswerDecoder(in, Wanted.VECTOR, "", (label, millis, value) -> {});
      decoder.readEnvelope();
      return decoder.error;
    } catch (IOException | BadAnswer e) {
      return null;
    }
  }

  /** The version in an answer of {@code status/buildinfo}; empty when it tells none. */
  static Optional<String> version(InputStream body) throws BadAnswer, IOException {
    JsonNode answer;
    try {
      answer = TREES.readTree(body);
    } catch (JsonProcessingException e) {
      throw new BadAnswer(Cause.NOT_JSON, "the body is no JSON: " + cut(e.getOriginalMessage()));
    }
    if (!answer.path("status").asText().equals("success")) {
      throw new BadAnswer(Cause.BAD_SHAPE, "the answer has no status success");
    }
    return Optional.of(answer.path("data").path("version").asText()).filter(v -> !v.isEmpty());
  }

  static String cut(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= MAX_TEXT ? line : line.substring(0, MAX_TEXT) + "...";
  }

  private BadAnswer badJson(JsonParseException e) {
    if (e instanceof JsonEOFException) {
      return new BadAnswer(Cause.TRUNCATED, "the body ends in the middle of the answer");
    }
    String message = cut(e.getOriginalMessage());
    return ended
        ? new BadAnswer(Cause.BAD_SHAPE, "something follows the answer: " + message)
        : new BadAnswer(Cause.NOT_JSON, "the body is no JSON: " + message);
  }

  private void readEnvelope() throws IOException, BadAnswer {
    JsonToken first = in.nextToken();
    if (first == null) {
      throw new BadAnswer(Cause.TRUNCATED, "the body is empty");
    }
    expect(first == JsonToken.START_OBJECT, "the answer is no object");
    Set<String> seen = new HashSet<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = key(seen);
      switch (key) {
        case "status" -> status = text(key);
        case "errorType" -> errorType = text(key);
        case "error" -> error = text(key);
        case "warnings" -> readWarnings();
        case "data" -> readData();
        default -> in.skipChildren();
      }
    }
    ended = true;
    expect(in.nextToken() == null, "something follows the answer");
  }

  private void judge() throws BadAnswer {
    if ("error".equals(status)) {
      throw new BadAnswer(
          Cause.ERROR_STATUS, "status error, " + errorType + ": " + cut(error + ""));
    }
    expect("success".equals(status), "status is " + (status == null ? "missing" : cut(status)));
    if (warning != null) {
      throw new BadAnswer(
          Cause.WARNINGS, "the answer has warnings, so it may be partial: " + cut(warning));
    }
    String type = resultType;
    expect(type != null && wanted.matches(type), "resultType is " + type + ", not " + wanted.text);
    expect(hasResult, "the answer has no result");
  }

  private void readWarnings() throws IOException, BadAnswer {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(in.currentToken() == JsonToken.START_ARRAY, "warnings is no list");
    while (in.nextToken() != JsonToken.END_ARRAY) {
      String text = text("warnings");
      warning = warning == null ? text : warning;
    }
  }

  private void readData() throws IOException, BadAnswer {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(in.currentToken() == JsonToken.START_OBJECT, "data is no object");
    Set<String> seen = new HashSet<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      switch (key(seen)) {
        case "resultType" -> resultType = text("resultType");
        case "result" -> readResult();
        default -> in.skipChildren();
      }
    }
  }

  private void readResult() throws IOException, BadAnswer {
    expect(in.currentToken() == JsonToken.START_ARRAY, "result is no list");
    hasResult = true;
    if (resultType != null && !wanted.matches(resultType)) {
      in.skipChildren(); // told by judge()
      return;
    }
    boolean first = true;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (first && wanted == Wanted.NUMBER && in.currentToken().isNumeric()) {
        readPairFromTime(null);
        return;
      }
      first = false;
      readSeries();
    }
  }

  private void readSeries() throws IOException, BadAnswer {
    expect(in.currentToken() == JsonToken.START_OBJECT, "a series is no object");
    boolean matrix = wanted == Wanted.MATRIX;
    Set<String> seen = new HashSet<>();
    String found = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = key(seen);
      if (key.equals("metric")) {
        found = readLabel();
      } else if (key.equals(matrix ? "values" : "value")) {
        expect(seen.contains("metric"), "a series has its values before its labels");
        expect(in.currentToken() == JsonToken.START_ARRAY, key + " is no list");
        if (matrix) {
          readPairs(found);
        } else {
          in.nextToken();
          readPairFromTime(found);
        }
      } else {
        expect(
            !key.startsWith("histogram"),
            "a series is a native histogram: ask for a number of it, for example its quantile");
        in.skipChildren();
      }
    }
    expect(seen.contains(matrix ? "values" : "value"), "a series has no value");
  }

  private @Nullable String readLabel() throws IOException, BadAnswer {
    expect(in.currentToken() == JsonToken.START_OBJECT, "the labels of a series are no object");
    String found = null;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      boolean asked = in.currentName().equals(label);
      in.nextToken();
      if (asked) {
        expect(found == null, "a series has the label '" + label + "' twice");
        found = text(label);
      } else {
        in.skipChildren();
      }
    }
    return found;
  }

  private void readPairs(@Nullable String found) throws IOException, BadAnswer {
    while (in.nextToken() != JsonToken.END_ARRAY) {
      expect(in.currentToken() == JsonToken.START_ARRAY, "a sample is no pair");
      in.nextToken();
      readPairFromTime(found);
    }
  }

  /** Reads {@code time, "value"]}, the current token being the time. */
  private void readPairFromTime(@Nullable String found) throws IOException, BadAnswer {
    expect(
        in.currentToken() != null && in.currentToken().isNumeric(), "a sample's time is no number");
    double seconds = in.getDoubleValue();
    expect(seconds >= 0 && seconds < MAX_EPOCH_SECONDS, "a sample's time is " + seconds);
    in.nextToken();
    double value = number(text("a sample's value"));
    expect(in.nextToken() == JsonToken.END_ARRAY, "a sample is no pair");
    values.accept(found, Math.round(seconds * 1000), value);
  }

  private static double number(String text) throws BadAnswer {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> decimal(text);
    };
  }

  /** Double.parseDouble takes more than Prometheus writes: spaces, suffixes, hexadecimal. */
  private static double decimal(String text) throws BadAnswer {
    try {
      if (text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new BadAnswer(Cause.BAD_SHAPE, "a sample's value is '" + cut(text) + "', no number");
  }

  private String key(Set<String> seen) throws IOException, BadAnswer {
    String key = in.currentName();
    expect(seen.add(key), "the key '" + cut(key) + "' is there twice");
    in.nextToken();
    return key;
  }

  private String text(String what) throws IOException, BadAnswer {
    expect(in.currentToken() == JsonToken.VALUE_STRING, what + " is no text");
    return in.getText();
  }

  private static void expect(boolean holds, String otherwise) throws BadAnswer {
    if (!holds) {
      throw new BadAnswer(Cause.BAD_SHAPE, otherwise);
    }
  }
}
