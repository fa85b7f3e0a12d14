// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.wire.Message.Ack;
import java.util.function.Consumer;

/** A ping out of turn. The answer is never told before the constructor has returned. */
final class Question implements Pings.Waiting {

  private final Pings pings;
  private final Pings.Sent ping;
  private final Consumer<Boolean> answer;
  private final Host.Timer timer;

  Question(Node node, Pings pings, HostPort address, NodeId target, Consumer<Boolean> answer) {
    this.pings = pings;
    this.answer = answer;
    this.ping = pings.send(target, address, this);
    long wait = ping.taken ? node.settings.probeTimeoutMax().toNanos() : 0;
    this.timer = node.host.schedule(wait, () -> tell(false));
  }

  @Override
  public void answered(Ack ack) {
    tell(true);
  }

  @Override
  public void otherNode(NodeId found) {
    tell(false);
  }

  private void tell(boolean answered) {
    timer.cancel();
    pings.forget(ping);
    answer.accept(answered);
  }
}
