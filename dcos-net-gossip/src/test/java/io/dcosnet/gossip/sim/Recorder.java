// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A program that writes down what happens to it and else does what the test does with its host. */
final class Recorder implements Program {

  final List<String> heard = new ArrayList<>();
  final NodeProcess process;
  final Host host;

  private Recorder(NodeProcess process, Host host) {
    this.process = process;
    this.host = host;
  }

  static World world(NetworkModel model) {
    return new World(1, model, 10_000_000_000L, Recorder::new);
  }

  /** A node that runs. */
  static SimulatedNode start(World world) {
    int index = world.nodes.size();
    HostPort address = new HostPort(IpAddress.parse("192.0.2." + (index + 1)), Simulation.PORT);
    SimulatedNode node =
        new SimulatedNode(
            world, index, "node-" + index, address, new NodeId(new UUID(1, index)), any -> {});
    world.nodes.add(node);
    world.register(address, node);
    node.start();
    return node;
  }

  static Recorder of(SimulatedNode node) {
    return (Recorder) requireNonNull(node.process).program;
  }

  /** Lets this node send some text by datagram. */
  boolean send(SimulatedNode to, String text) {
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    return host.send(to.address(), octets, octets.length);
  }

  void write(int link, String text) {
    byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
    host.write(link, octets, octets.length);
  }

  @Override
  public void start() {
    heard.add("start");
  }

  @Override
  public long shortId() {
    return process.node.index;
  }

  @Override
  public void received(HostPort from, long sender, byte[] body, int offset, int length) {
    heard.add(sender + ": " + new String(body, offset, length, StandardCharsets.US_ASCII));
  }

  @Override
  public void accepted(int link, LinkPeer peer) {
    heard.add("accepted " + link + " from " + peer.shortId());
  }

  @Override
  public void opened(int link, LinkPeer peer) {
    heard.add("opened " + link + " to " + peer.shortId());
  }

  @Override
  public void frame(int link, byte[] octets, int offset, int length) {
    heard.add(link + "> " + new String(octets, offset, length, StandardCharsets.US_ASCII));
  }

  @Override
  public void closed(int link, LinkEnd end) {
    heard.add("closed " + link + " " + end);
  }

  @Override
  public void lagged() {
    heard.add("lagged");
  }
}
