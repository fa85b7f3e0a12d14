// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;

/**
 * One place where a service is found: an SRV record with one address of its target (RFC 2782).
 * <b>Immutable.</b>
 *
 * @param target host name with the final dot
 * @param priority lower is tried first
 * @param weight share among equal priorities
 */
public record ServiceTarget(HostPort endpoint, String target, int priority, int weight) {
  public ServiceTarget {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(target, "target");
  }
}
