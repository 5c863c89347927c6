/**
 * Configuration: YAML with positions, the policy file and the program configuration, read strictly
 * with all problems at once. Seen by all edges; depends on core.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.config;
