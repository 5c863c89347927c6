package dev.ballast.config;

import dev.ballast.config.Problems.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The bytes of a YAML file and the name by which problems call it. Immutable. */
public final class YamlSource {
  /** Largest file that is read: 1 MiB. */
  public static final int MAX_BYTES = 1 << 20;

  private static final int VERSION_BYTES = 6;

  private final String name;
  private final byte[] bytes;

  private YamlSource(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /**
   * Reads a file; of one that is too large only what is needed to see that.
   *
   * @throws IOException when it cannot be read
   */
  public static YamlSource read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new YamlSource(file.toString(), in.readNBytes(MAX_BYTES + 1));
    }
  }

  /** Bytes that are already there. */
  public static YamlSource of(String name, byte[] bytes) {
    return new YamlSource(name, bytes.clone());
  }

  /** Text that is already there. */
  public static YamlSource of(String name, String text) {
    return new YamlSource(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The name by which problems call it. */
  public String name() {
    return name;
  }

  /** A short hash of the content, twelve hexadecimal digits: files with the same one are equal. */
  public String version() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, VERSION_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Why a file could not be read, in words. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : Quoted.line(message);
  }

  /** The text without a byte order mark; what hinders goes to {@code problems}. */
  Optional<String> text(Problems problems) {
    if (bytes.length > MAX_BYTES) {
      problems.error(
          Position.START,
          "",
          "the file is larger than 1 MiB: is it the right one? Make it smaller");
      return Optional.empty();
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer text = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
    String decoded = text.flip().toString();
    if (result.isError()) {
      Position at = position(decoded, decoded.codePointCount(0, decoded.length()));
      problems.error(at, "", "a byte that is not UTF-8: save the file as UTF-8");
      return Optional.empty();
    }
    return Optional.of(decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded);
  }

  /** The place of the code point with an index, as an editor counts. */
  static Position position(String text, int codePointIndex) {
    String before = text.substring(0, text.offsetByCodePoints(0, codePointIndex));
    int lineStart = before.lastIndexOf('\n') + 1;
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return new Position(line, 1 + before.codePointCount(lineStart, before.length()));
  }
}
