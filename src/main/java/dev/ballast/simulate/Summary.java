package dev.ballast.simulate;

/**
 * What a simulation came to. The same scenario gives the same summary.
 *
 * @param seed the scenario's seed
 * @param nodes number of nodes
 * @param simulatedMinutes time that passed in the simulation
 * @param unavoidableHotNodeMinutes hot node-minutes there would have been without any pod: nobody
 *     who places pods can avoid them
 * @param loadBlind the side without an extender
 * @param withBallast the side with Ballast
 */
public record Summary(
    long seed,
    int nodes,
    double simulatedMinutes,
    double unavoidableHotNodeMinutes,
    SideSummary loadBlind,
    SideSummary withBallast) {}
