package dev.ballast.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: {@code java -jar ballast.jar COMMAND}. */
@Command(
    name = "ballast",
    subcommands = {DemoCommand.class})
public final class Main implements Runnable {
  private Main() {}

  @Override
  public void run() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
