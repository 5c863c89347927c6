package dev.ballast.extender.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Jackson is the oracle. Differences that are meant: Jackson takes some forms of invalid UTF-8,
 * lone surrogate escapes and deeper nesting; what is handed to it as text skips its guess at UTF-16
 * and its leave for a byte order mark.
 */
final class JsonScannerTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonScanner.MAX_DEPTH)
                  .maxNumberLength(1_000_000)
                  .build())
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\t\r\n",
        "null",
        "nul",
        "nulll",
        "Null",
        "true",
        "tru",
        "false",
        "falsey",
        "0",
        "-0",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1.5",
        "1e5",
        "1E+5",
        "1e-5",
        "1e",
        "1e+",
        "1.e5",
        "0x1",
        "1_0",
        "NaN",
        "Infinity",
        "-Infinity",
        "\"\"",
        "\"a",
        "a\"",
        "'a'",
        "\"\\\"\"",
        "\"\\\"",
        "\"\\/\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u123g\"",
        "\"\\u00e4\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\b\\f\\n\\r\\t\\\\\"",
        "\"\t\"",
        "\"\n\"",
        "\"\u007f\"",
        "\"ä\u2028\"",
        "[]",
        "[",
        "]",
        "[1]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,2",
        "[[],{}]",
        "{}",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "{\"a\":1}}",
        "{\"a\":1]",
        "[1}",
        "{\"a\":{\"b\":[null,true,{\"c\":-1.5e3}]}} ",
        "1 2",
        "{} {}",
        "[] x",
        "/*c*/1",
        "//c\n1",
        "#c\n1",
        "\u00a01",
        "\u0000",
        "1\u0000",
        "\ufeff1",
        "nullnull",
        "truefalse",
        "\"a\"\"b\"",
        "[1,,2]",
        "[\"a\"\"b\"]",
        "{\"a\":1,\"a\":2}"
      })
  void skipValue_anyText_agreesWithJackson(String text) {
    byte[] bytes = text.getBytes(UTF_8);

    assertThat(accepts(bytes)).isEqualTo(jacksonAccepts(bytes));
  }

  @Test
  void skipValue_mutatedRequests_agreesWithJackson() {
    var random = new Random(20261122);
    int accepted = 0;
    for (String file : Payloads.REQUESTS) {
      byte[] original = Payloads.read(file);
      for (int i = 0; i < 2_500; i++) {
        byte[] bytes = Payloads.mutate(original, random);
        boolean ours = accepts(bytes);
        accepted += ours ? 1 : 0;
        assertThat(ours)
            .as("%s, mutation %d: %s", file, i, new String(bytes, ISO_8859_1))
            .isEqualTo(isUtf8(bytes) && !hasLoneSurrogate(bytes) && jacksonAccepts(bytes));
      }
    }
    assertThat(accepted).isBetween(1_000, 9_000); // both answers do occur
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "c0 80",
        "c1 bf",
        "c3",
        "c3 22",
        "e0 80 80",
        "e0 9f bf",
        "e2 82",
        "ed a0 80",
        "ed bf bf",
        "f0 80 80 80",
        "f0 8f bf bf",
        "f4 90 80 80",
        "f5 80 80 80",
        "f8 88 80 80 80",
        "ff"
      })
  void skipString_notUtf8_isRefused(String hex) {
    byte[] bytes = quoted(hex);

    assertThat(isUtf8(bytes)).isFalse();
    assertThat(accepts(bytes)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c2 80",
        "df bf",
        "e0 a0 80",
        "ed 9f bf",
        "ee 80 80",
        "ef bf bf",
        "f0 90 80 80",
        "f4 8f bf bf"
      })
  void readString_utf8AtTheBounds_isRead(String hex) throws MalformedRequestException {
    byte[] bytes = quoted(hex);
    String text = new String(bytes, 1, bytes.length - 2, UTF_8);

    assertThat(new JsonScanner(bytes, bytes.length).readString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\uD800\"",
        "\"\\uDC00\"",
        "\"\\uD800x\"",
        "\"\\uD800\\n\"",
        "\"\\uD800\\uD800\"",
        "\"\\uD800\\u0041\"",
        "\"\\uDFFF\\uD800\"",
        "\"\\uD800"
      })
  void skipString_loneSurrogate_isRefused(String text) {
    assertThat(accepts(text.getBytes(UTF_8))).isFalse();
  }

  @Test
  void skipValue_nestedToTheLimit_isAcceptedAndNoDeeper() {
    int limit = JsonScanner.MAX_DEPTH;

    assertThat(accepts(nested(limit, '[', ']'))).isTrue();
    assertThat(accepts(nested(limit + 1, '[', ']'))).isFalse();
    assertThat(accepts(nested(1_000_000, '[', ' '))).isFalse();
    assertThat(accepts("{\"a\":".repeat(limit + 1).getBytes(UTF_8))).isFalse();
  }

  @Test
  void skipValue_siblings_doNotCountAsDepth() {
    String siblings = "[" + "[],{},".repeat(JsonScanner.MAX_DEPTH) + "0]";

    assertThat(accepts(siblings.getBytes(UTF_8))).isTrue();
  }

  @Property
  void readString_anyText_isWhatJacksonWrote(@ForAll String text) throws Exception {
    if (!UTF_8.newEncoder().canEncode(text)) {
      return; // a lone surrogate is no text
    }
    byte[] bytes = new ObjectMapper().writeValueAsBytes(text);

    assertThat(new JsonScanner(bytes, bytes.length).readString()).isEqualTo(text);
  }

  @Property
  void readString_anyEscapes_isWhatJacksonReads(
      @ForAll @StringLength(max = 12) @CharRange(from = '"', to = '9') String noise,
      @ForAll("escapes") String escapes)
      throws Exception {
    byte[] bytes = ('"' + escapes + noise.replace("\"", "") + escapes + '"').getBytes(UTF_8);

    assertThat(new JsonScanner(bytes, bytes.length).readString())
        .isEqualTo(new ObjectMapper().readValue(bytes, String.class));
  }

  @net.jqwik.api.Provide
  net.jqwik.api.Arbitrary<String> escapes() {
    return net.jqwik.api.Arbitraries.of(
            "\\\"",
            "\\\\",
            "\\/",
            "\\b",
            "\\f",
            "\\n",
            "\\r",
            "\\t",
            "\\u0000",
            "\\u003c",
            "\\u00FC",
            "\\u2028",
            "\\uD83D\\uDE00",
            "ü",
            "€",
            "😀",
            "a")
        .list()
        .ofMaxSize(8)
        .map(list -> String.join("", list));
  }

  @Test
  void readString_shorterThanTheBuffer_doesNotReadOn() {
    byte[] bytes = "\"abc\"".getBytes(UTF_8);

    assertThatThrownBy(() -> new JsonScanner(bytes, 4).readString())
        .isInstanceOf(MalformedRequestException.class)
        .hasMessage("ended where '\"' should be at byte 4");
  }

  private static boolean accepts(byte[] bytes) {
    var json = new JsonScanner(bytes, bytes.length);
    try {
      json.skipValue();
      json.expectEnd();
      return true;
    } catch (MalformedRequestException e) {
      return false;
    }
  }

  private static boolean jacksonAccepts(byte[] bytes) {
    try (JsonParser parser = JACKSON.createParser(new String(bytes, UTF_8))) {
      int values = 0;
      int depth = 0;
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else {
          parser.getText(); // strings are checked when they are read
        }
        values += depth == 0 ? 1 : 0;
      }
      return values == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      CharBuffer ignored = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return ignored.length() <= bytes.length;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Whether the text, if Jackson can read it, holds a lone surrogate. */
  private static boolean hasLoneSurrogate(byte[] bytes) {
    try (JsonParser parser = JACKSON.createParser(new String(bytes, UTF_8))) {
      while (parser.nextToken() != null) {
        if (!UTF_8.newEncoder().canEncode(parser.getText())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] nested(int depth, char open, char close) {
    return (String.valueOf(open).repeat(depth) + String.valueOf(close).repeat(depth))
        .getBytes(UTF_8);
  }

  private static byte[] quoted(String hex) {
    String[] digits = hex.split(" ", -1);
    byte[] bytes = new byte[digits.length + 2];
    bytes[0] = '"';
    bytes[bytes.length - 1] = '"';
    for (int i = 0; i < digits.length; i++) {
      bytes[i + 1] = (byte) Integer.parseInt(digits[i], 16);
    }
    return bytes;
  }
}
