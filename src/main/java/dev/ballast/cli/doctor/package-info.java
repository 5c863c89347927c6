/**
 * The checks of {@code ballast doctor}: each looks at one thing and tells what it saw and what to
 * do. They read; nothing is changed.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.cli.doctor;
