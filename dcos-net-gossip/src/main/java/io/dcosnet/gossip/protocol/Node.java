// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.gossip.replica.ReplicaSetup;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.KnownFacts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The parts that one core is made of, so that they find each other: they form a ring of mutual use
 * (a probe accuses, an accusation becomes a rumour, a rumour rides on a probe). Each part takes
 * this in its constructor and uses the others only after all of them are there.
 */
final class Node {

  final CoreSetup setup;
  final GossipSettings settings;
  final Host host;
  final CoreMetrics metrics;
  final KnownFacts known;

  final MemberTable table;
  final BeliefMetrics beliefMetrics;
  final ProbeMetrics probeMetrics;
  final Absences absences;
  final Names names;
  final Strangers strangers;
  final Keeping keeping;
  final Timeline timeline;
  final Beliefs beliefs;
  final Rumours rumours;
  final Courier courier;
  final LocalHealth health;
  final RoundTrips roundTrips;
  final Suspicions suspicions;
  final Probing probing;
  final Links links;
  final Syncing syncing;
  final Joining joining;
  final Reconnecting reconnecting;
  final Leaving leaving;
  final RingLinks rings;
  final EventSpread events;
  final PostOffice mail;
  final KeySpread keys;

  /** Null where there is no store. */
  final @Nullable StorePart store;

  Node(CoreSetup setup, Host host) {
    this.setup = setup;
    this.settings = setup.settings();
    this.host = host;
    this.metrics = new CoreMetrics(setup.metrics());
    this.known = setup.pool().known();
    this.table = new MemberTable(this);
    this.probeMetrics = new ProbeMetrics(setup.metrics());
    this.beliefMetrics = new BeliefMetrics(setup.metrics(), table);
    this.absences = new Absences(this);
    this.names = new Names(this);
    this.strangers = new Strangers(this);
    this.keeping = new Keeping(this);
    this.timeline = new Timeline(this);
    this.beliefs = new Beliefs(this);
    this.rumours = new Rumours(this);
    this.courier = new Courier(this);
    this.health = new LocalHealth(this);
    this.roundTrips = new RoundTrips(this);
    this.suspicions = new Suspicions(this);
    this.probing = new Probing(this);
    this.links = new Links(this);
    this.syncing = new Syncing(this);
    this.joining = new Joining(this);
    this.reconnecting = new Reconnecting(this);
    this.leaving = new Leaving(this);
    this.rings = new RingLinks(this);
    this.events = new EventSpread(this);
    this.mail = new PostOffice(this);
    this.keys = new KeySpread(this);
    ReplicaSetup replica = setup.store();
    this.store = replica == null ? null : new StorePart(this, replica);
  }

  /** A time varied by a tenth up or down, in nanoseconds. */
  long varied(Duration time) {
    long nanos = time.toNanos();
    return nanos - nanos / 10 + host.random().nextLong(nanos / 5 + 1);
  }

  /** A random point of an interval, for the first use of a periodic timer, in nanoseconds. */
  long somewhereIn(Duration interval) {
    return host.random().nextLong(interval.toNanos() + 1);
  }
}
