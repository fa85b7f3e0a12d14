// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Profile;

/**
 * What a node believes of a member. Immutable, so that the nodes of a simulation share it; what
 * belongs to the believing node alone (timers, round trips, since when) is kept beside.
 */
public final class MemberRecord {

  private final MemberKey key;
  private final Profile profile;
  private final long epoch;
  private final long incarnation;
  private final State state;
  private final long digest;

  /** See {@link MemberDigest} for the last one. */
  MemberRecord(MemberKey key, Profile profile, long epoch, long incarnation, State state) {
    this.key = key;
    this.profile = profile;
    this.epoch = epoch;
    this.incarnation = incarnation;
    this.state = state;
    this.digest = MemberDigest.of(key.id(), epoch, incarnation, state);
  }

  public NodeId id() {
    return key.id();
  }

  public MemberKey key() {
    return key;
  }

  /** What it said of itself last. */
  public Profile profile() {
    return profile;
  }

  public HostPort address() {
    return profile.address();
  }

  public long epoch() {
    return epoch;
  }

  public long incarnation() {
    return incarnation;
  }

  public State state() {
    return state;
  }

  /** ALIVE or SUSPECT. */
  public boolean isLiving() {
    return state.compareTo(State.SUSPECT) <= 0;
  }

  /** Its part of the digest of all members. */
  public long digest() {
    return digest;
  }
}
