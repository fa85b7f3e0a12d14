// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.forward;

import io.dcosnet.dns.name.DomainName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How it stands with a server at one moment. <b>Immutable.</b>
 *
 * @param srtt smoothed time that it takes to answer, empty when it never did
 * @param failures of late; each counts for half after 30 s
 * @param outstanding questions under way
 * @param routes suffixes of the routes that have it
 */
public record UpstreamStatus(
    Upstream upstream,
    State state,
    Optional<Duration> srtt,
    double failures,
    int outstanding,
    List<DomainName> routes) {

  /** Whether it is asked. */
  public enum State {
    /** It is, as far as is known it answers. */
    UP,
    /** It does not answer, and is only asked whether it is back. */
    DOWN,
    /** It is not, since questions to it come back to this server. */
    LOOPING
  }

  public UpstreamStatus {
    routes = List.copyOf(routes);
  }

  static UpstreamStatus of(UpstreamHealth health, long now, List<DomainName> routes) {
    long srtt = health.srtt();
    return new UpstreamStatus(
        health.upstream(),
        health.isLooping() ? State.LOOPING : health.isDown() ? State.DOWN : State.UP,
        srtt < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(srtt)),
        health.failures(now),
        health.outstanding().get(),
        routes);
  }
}
