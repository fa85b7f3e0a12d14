// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.vip.Backend;

/**
 * A back end as this node sees it. <b>Immutable.</b>
 *
 * @param reachable false while the node that its task runs on is believed dead
 * @param sinceMillis Unix time at which its state began; decides who came last
 */
public record Candidate(Backend backend, boolean reachable, long sinceMillis) {
  public Candidate {
    requireNonNull(backend, "backend");
  }
}
