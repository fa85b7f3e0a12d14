// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.Comparator;

/**
 * One place that serves a VIP. <b>Immutable.</b>
 *
 * @param endpoint where connections go
 * @param node address of the agent that the task runs on, which decides whether it is reachable
 * @param weight 0-65535, share of new connections beside the others
 */
public record Backend(HostPort endpoint, IpAddress node, int weight, State state)
    implements Comparable<Backend> {

  /** Largest weight. */
  public static final int MAX_WEIGHT = 65535;

  private static final Comparator<Backend> ORDER =
      Comparator.comparing(Backend::endpoint)
          .thenComparing(Backend::node)
          .thenComparing(Backend::weight)
          .thenComparing(Backend::state);

  /** Whether it may get new connections. */
  public enum State {
    UP,
    /** Keeps what it has, gets nothing new but from clients that stick to it. */
    DRAINING,
    /** Keeps what it has, gets nothing new from anybody. */
    DOWN
  }

  public Backend {
    requireNonNull(endpoint, "endpoint");
    requireNonNull(node, "node");
    requireNonNull(state, "state");
    if (weight < 0 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight: " + weight + " (expected: 0-" + MAX_WEIGHT + ")");
    }
  }

  /** True when it may get new connections. */
  public boolean takesNew() {
    return state == State.UP && weight > 0;
  }

  @Override
  public int compareTo(Backend other) {
    return ORDER.compare(this, other);
  }
}
