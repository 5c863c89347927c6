/**
 * The Kubernetes API: informers that become domain values, patches of node annotations, the leader
 * lease. The only user of fabric8. Edge: depends on core, {@code config}, {@code metrics} and the
 * ports that it implements.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.kube;
