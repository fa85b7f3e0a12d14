// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node that was not started, number 0, and what others tell it. */
final class OneNode {

  static final long EPOCH = ScriptedHost.EPOCH;

  final ScriptedHost host = new ScriptedHost(1);
  final RecordingMetrics metrics = new RecordingMetrics();
  final Node node;

  OneNode() {
    this(GossipSettings.lan());
  }

  OneNode(GossipSettings settings) {
    this.node = new Node(ScriptedHost.setup(0, settings, true, metrics), host);
  }

  /** Nodes 1 to this one live. */
  void others(int count) {
    for (int i = 1; i <= count; i++) {
      hear(1, ScriptedHost.alive(i));
    }
    host.time.advance(java.time.Duration.ofSeconds(30));
    host.sent.clear();
    host.events.clear();
  }

  void hear(int from, Fact fact) {
    node.beliefs.learn(fact, by(Hearsay.Channel.GOSSIP, from));
  }

  void sync(int from, Fact fact) {
    node.beliefs.learn(fact, by(Hearsay.Channel.SYNC, from));
  }

  private static Hearsay by(Hearsay.Channel channel, int from) {
    HostPort address = ScriptedHost.address(from);
    return new Hearsay(channel, address);
  }

  @Nullable State state(int number) {
    MemberRecord member = node.table.find(ScriptedHost.id(number));
    return member == null ? null : member.state();
  }

  MemberRecord member(int number) {
    MemberRecord member = node.table.find(ScriptedHost.id(number));
    if (member == null) {
      throw new AssertionError("not known: " + number);
    }
    return member;
  }

  /** The states that listeners were told of a member, in order; null for forgotten. */
  List<@Nullable State> told(int number) {
    return host.events(MemberChanged.class).stream()
        .filter(event -> event.id().equals(ScriptedHost.id(number)))
        .<@Nullable State>map(MemberChanged::after)
        .toList();
  }

  List<GossipEvent> events() {
    return host.events;
  }

  static Fact.Alive alive(int number, long incarnation) {
    return alive(number, EPOCH, incarnation);
  }

  static Fact.Alive alive(int number, long epoch, long incarnation) {
    return new Fact.Alive(
        ScriptedHost.id(number), epoch, incarnation, ScriptedHost.profile(number));
  }

  static Fact.Suspect suspect(int number, long incarnation, int accuser) {
    return suspect(number, EPOCH, incarnation, accuser);
  }

  static Fact.Suspect suspect(int number, long epoch, long incarnation, int accuser) {
    return new Fact.Suspect(
        ScriptedHost.id(number), epoch, incarnation, ScriptedHost.id(accuser), Grade.PROBE);
  }

  static Fact.Dead dead(int number, long incarnation, int accuser) {
    return new Fact.Dead(
        ScriptedHost.id(number), EPOCH, incarnation, ScriptedHost.id(accuser), Grade.PROBE);
  }

  static Fact.Left left(int number, long incarnation) {
    return new Fact.Left(ScriptedHost.id(number), EPOCH, incarnation);
  }
}
