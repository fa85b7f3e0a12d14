// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.BodyWriter;
import io.dcosnet.gossip.wire.Message.Ack;
import io.dcosnet.gossip.wire.Message.Nack;
import io.dcosnet.gossip.wire.Message.PingRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Pings members for other nodes, and tells these what came of it. */
final class ProbeHelp {

  /** Requests of one node in a second. */
  static final int MAX_RATE = 50;

  /** Pings for others that wait for an answer at a time. */
  static final int MAX_WAITING = 1024;

  private static final int MAX_REQUESTERS = 4096;
  private static final long RATE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int NACK_OCTETS = 16;

  private final Node node;
  private final Pings pings;
  private final long nackNanos;
  private final BodyWriter bare = new BodyWriter(NACK_OCTETS);

  private final Map<Long, Integer> requests = new HashMap<>();
  private long requestsSince;
  private int waiting;

  ProbeHelp(Node node, Pings pings) {
    this.node = node;
    this.pings = pings;
    this.nackNanos =
        Math.round(node.settings.probeTimeoutMax().toNanos() * node.settings.nackFraction());
    this.requestsSince = node.host.nanos();
  }

  /** Another node got no answer from a member and asks us to try. */
  void asked(HostPort from, long requester, PingRequest request) {
    if (!isAllowed(requester) || waiting >= MAX_WAITING) {
      node.metrics.dropped("rate");
      return;
    }
    MemberRecord target = node.table.find(request.target());
    if (target == null || !target.profile().addresses().contains(request.address())) {
      // Nobody may send us against an address of his choice; that we live he may know.
      node.metrics.dropped("target");
      nack(from, request.sequence());
      return;
    }
    new Errand(from, request, target);
  }

  /** How many pings for others wait. */
  int waiting() {
    return waiting;
  }

  private boolean isAllowed(long requester) {
    long now = node.host.nanos();
    if (now - requestsSince >= RATE_NANOS) {
      requestsSince = now;
      requests.clear();
    }
    int before = requests.getOrDefault(requester, 0);
    if (before >= MAX_RATE || (before == 0 && requests.size() >= MAX_REQUESTERS)) {
      return false;
    }
    requests.put(requester, before + 1);
    return true;
  }

  /** Without rumours, so that it is smaller than what was asked. */
  private void nack(HostPort to, int sequence) {
    bare.clear();
    bare.add(new Nack(sequence));
    node.host.send(to, bare.octets(), bare.length());
  }

  /** A ping for another node. */
  private final class Errand implements Pings.Waiting {
    private final HostPort requester;
    private final int sequence;
    private final Pings.Sent ping;
    private Host.Timer timer;
    private boolean nacked;

    Errand(HostPort requester, PingRequest request, MemberRecord target) {
      this.requester = requester;
      this.sequence = request.sequence();
      waiting++;
      this.ping = pings.send(target, request.address(), this);
      this.timer = node.host.schedule(nackNanos, this::late);
    }

    @Override
    public void answered(Ack ack) {
      end();
      node.courier.send(
          requester,
          new Ack(
              sequence,
              ack.echoMicros(),
              true,
              ack.localHealth(),
              ack.memberDigest(),
              ack.storeDigest()));
    }

    @Override
    public void otherNode(NodeId found) {
      end();
      if (!nacked) {
        node.courier.send(requester, new Nack(sequence));
      }
    }

    /** The requester shall know that we live, and yet an answer may come. */
    private void late() {
      if (nacked) {
        end();
        return;
      }
      nacked = true;
      node.courier.send(requester, new Nack(sequence));
      timer = node.host.schedule(node.settings.probeTimeoutMax().toNanos(), this::late);
    }

    private void end() {
      timer.cancel();
      pings.forget(ping);
      waiting--;
    }
  }
}
