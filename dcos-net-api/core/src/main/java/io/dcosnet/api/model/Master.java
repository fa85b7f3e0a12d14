// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.model;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;

/**
 * A Mesos master. <b>Immutable.</b>
 *
 * @param endpoint where it listens
 * @param hostname empty when unknown
 */
public record Master(HostPort endpoint, String hostname) {

  /** Port of a Mesos master unless it was told otherwise. */
  public static final int DEFAULT_PORT = 5050;

  public Master {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(hostname, "hostname");
  }
}
