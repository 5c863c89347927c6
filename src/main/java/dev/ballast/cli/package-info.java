/** The commands, and the one place that wires everything. Sees all; nobody sees it. */
@org.jspecify.annotations.NullMarked
package dev.ballast.cli;
