/**
 * The extender protocol on the wire: a streaming decoder of requests and an encoder that can only
 * produce answers that the real client understands. Knows nothing of load or policy.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.extender.wire;
