package dev.ballast.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {
  static String text() {
    return "ballast "
        + Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("(not from a jar)");
  }

  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }
}
