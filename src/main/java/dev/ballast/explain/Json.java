package dev.ballast.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads and writes {@link Answers}. */
public final class Json {
  static final String CONTENT_TYPE = "application/json";

  /** Leaves out what is null, and does not mind keys of newer versions. */
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /**
   * Reads an answer.
   *
   * @throws IllegalArgumentException when it is none of that type
   */
  public static <T> T read(String text, Class<T> type) {
    try {
      T answer = MAPPER.readValue(text, type);
      if (answer == null) {
        throw new IllegalArgumentException("it is null");
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /** The answer as indented text. */
  public static String text(Object answer) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts and numbers was not written", e);
    }
  }
}
