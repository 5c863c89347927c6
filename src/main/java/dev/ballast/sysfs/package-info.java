/**
 * What the kernel's files say of this machine. Edge: reads files, sees {@code topology} and the
 * JDK.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.sysfs;
