package dev.ballast.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The forms of names that Kubernetes accepts (k8s.io/apimachinery, {@code pkg/util/validation}).
 * Each check says what is wrong and what to do, or nothing.
 */
final class Names {
  private static final int MAX_LABEL = 63;
  private static final int MAX_IPV6 = 45;
  private static final int MAX_SUBDOMAIN = 253;
  private static final Pattern QUALIFIED_PART =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile(LABEL.pattern() + "(\\." + LABEL.pattern() + ")*");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private Names() {}

  /** What hinders a text from being the key of an annotation. */
  static Optional<String> annotationKey(String text) {
    int slash = text.indexOf('/');
    String prefix = slash < 0 ? "" : text.substring(0, slash);
    String name = text.substring(slash + 1);
    if (slash >= 0 && !isSubdomain(prefix)) {
      return Optional.of(
          "cannot be the key of an annotation: what is before the slash must be a DNS name in lower"
              + " case");
    }
    if (name.length() > MAX_LABEL) {
      return Optional.of(
          "cannot be the key of an annotation: "
              + name.length()
              + " characters, more than 63; use a shorter name");
    }
    if (!QUALIFIED_PART.matcher(name).matches()) {
      return Optional.of(
          "cannot be the key of an annotation: use letters, digits, '-', '_' and '.', with a letter"
              + " or digit at either end");
    }
    return Optional.empty();
  }

  /** What hinders a text from being the name of a namespace. */
  static Optional<String> label(String text) {
    return LABEL.matcher(text).matches() && text.length() <= MAX_LABEL
        ? Optional.empty()
        : Optional.of("is not a DNS label: use at most 63 lower case letters, digits and '-'");
  }

  /** What hinders a text from being the name of an object. */
  static Optional<String> subdomain(String text) {
    return isSubdomain(text)
        ? Optional.empty()
        : Optional.of(
            "is not a DNS name: use at most 253 lower case letters, digits, '-' and '.', with a"
                + " letter or digit at either end");
  }

  /** What hinders a text from being an address to listen on. */
  static Optional<String> address(String text) {
    boolean valid =
        isSubdomain(text) || (text.length() <= MAX_IPV6 && IPV6.matcher(text).matches());
    return valid
        ? Optional.empty()
        : Optional.of("is not an address: give an IP address such as 127.0.0.1, without a port");
  }

  private static boolean isSubdomain(String text) {
    return text.length() <= MAX_SUBDOMAIN && SUBDOMAIN.matcher(text).matches();
  }
}
