package dev.ballast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Which commands there are, and how they are found. */
final class MainTest {
  private static String run(CommandLine line, String... args) {
    var text = new StringWriter();
    int code = line.setOut(new PrintWriter(text)).setErr(new PrintWriter(text)).execute(args);
    return code + "\n" + text;
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "lint", "demo", "doctor", "why", "top", "allocate", "archive"})
  void help_ofACommand_isTheSameWithTheOthersAndWithout(String name) {
    String[] args = {name, "--help"};

    assertThat(run(Main.commandLine(args), args))
        .isEqualTo(run(Main.commandLine(), args))
        .startsWith("0\n")
        .contains("Usage: ballast " + name + " ");
  }

  @Test
  void help_ofTheProgram_namesAllCommands() {
    assertThat(run(Main.commandLine("--help"), "--help"))
        .contains("serve", "lint", "demo", "doctor", "why", "top", "allocate");
  }

  @Test
  void command_misspelt_isRefusedWithThoseThatAreMeant() {
    assertThat(run(Main.commandLine("sevre"), "sevre")).startsWith("2\n").contains("serve");
  }

  @Test
  void option_misspelt_isRefused() {
    String[] args = {"serve", "--policy=p", "--rolle", "all"};

    assertThat(run(Main.commandLine(args), args)).startsWith("2\n").contains("--rolle");
  }
}
