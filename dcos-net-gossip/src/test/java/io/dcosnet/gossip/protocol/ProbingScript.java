// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.alive;
import static io.dcosnet.gossip.protocol.ScriptedHost.body;
import static io.dcosnet.gossip.protocol.ScriptedHost.id;
import static io.dcosnet.gossip.protocol.ScriptedHost.shortId;

import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Ping;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import java.util.List;

/**
 * A core with number 1 among members that the test plays, and that answer nothing by themselves.
 */
final class ProbingScript {

  /** Without links of rings and syncs, so that all that is sent belongs to probing and gossip. */
  static final GossipSettings SETTINGS =
      GossipSettings.lan().toBuilder()
          .rings(0)
          .syncInterval(Duration.ofHours(10))
          .reconnectInterval(Duration.ofHours(10))
          .seedRecheckInterval(Duration.ofHours(10))
          .build();

  final ScriptedHost host;
  final RecordingMetrics metrics = new RecordingMetrics();
  final GossipCore core;

  ProbingScript(int members, boolean authenticated) {
    this(members, authenticated, SETTINGS);
  }

  ProbingScript(int members, boolean authenticated, GossipSettings settings) {
    this.host = new ScriptedHost(7);
    this.core = new GossipCore(ScriptedHost.setup(1, settings, authenticated, metrics), host);
    core.start();
    for (int number = 2; number <= members; number++) {
      receive(2, alive(number));
    }
  }

  void receive(int from, Message... messages) {
    byte[] body = body(messages);
    core.received(address(from), shortId(from), body, 0, body.length);
  }

  void pass(Duration time) {
    host.time.advance(time);
  }

  /** Lets time pass until the next ping goes out; returns it. */
  Ping nextPing() {
    int before = host.sent(Ping.class).size();
    if (!host.time.runUntil(() -> host.sent(Ping.class).size() > before, Duration.ofSeconds(30))) {
      throw new AssertionError("no ping");
    }
    return host.sent(Ping.class).get(before);
  }

  /** Goes on until this member is pinged, answering all pings before. */
  Ping nextPing(int number) {
    while (true) {
      Ping ping = nextPing();
      if (ping.target().equals(id(number))) {
        return ping;
      }
      answer(ping);
    }
  }

  /** The target answers. */
  void answer(Ping ping) {
    receive(number(ping), ack(ping));
  }

  Ack ack(Ping ping) {
    return new Ack(ping.sequence(), ping.sentMicros(), false, 0, core.digest(), 0);
  }

  static int number(Ping ping) {
    return (int) ping.target().uuid().getLeastSignificantBits();
  }

  State state(int number) {
    MemberRecord member = core.member(id(number));
    return member == null ? State.LEFT : member.state();
  }

  long health() {
    return metrics.gauge("dcosnet.gossip.local.health");
  }

  long probes(String result) {
    return metrics.count("dcosnet.gossip.probes", "result", result);
  }

  /** Numbers of members that were asked to help. */
  List<Integer> helpers() {
    return host.sent.stream()
        .filter(sent -> sent.message() instanceof Message.PingRequest)
        .map(sent -> sent.to().address().toString())
        .map(text -> Integer.valueOf(text.substring(text.lastIndexOf('.') + 1)))
        .toList();
  }
}
