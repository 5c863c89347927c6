package dev.ballast.extender;

import dev.ballast.extender.wire.Answer;
import dev.ballast.scoring.Decision;
import java.util.function.Function;

/**
 * What judging a call came to. It counts only when it is sent.
 *
 * @param answer the answer
 * @param refusesAll whether it is a filter's and lets no candidate pass
 * @param note what changed the verdicts as a whole; empty when nothing did
 * @param decision makes the decision for explaining it
 * @param count counts it
 */
record Judgement(
    Answer answer,
    boolean refusesAll,
    String note,
    Function<Decision.Call, Decision> decision,
    Runnable count) {}
