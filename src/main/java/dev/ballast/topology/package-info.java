/**
 * Who may use which CPUs of a machine: sets of CPUs, the machine's shape, the allocator that picks
 * CPUs as the kubelet does, and the pools that keep what was picked. Pure: no I/O, no clock. Core:
 * depends on the JDK only, so that a scheduler and a node agent decide by the same classes.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.topology;
