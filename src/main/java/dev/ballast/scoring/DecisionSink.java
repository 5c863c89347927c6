package dev.ballast.scoring;

/** Takes decisions as they are made, on the thread that made them; must return at once. */
public interface DecisionSink {
  /** Keeps nothing. */
  DecisionSink NONE = decision -> {};

  void accept(Decision decision);
}
