// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.gossip.key.ClusterLabel;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.protocol.GossipCore;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.protocol.KeptMember;
import io.dcosnet.gossip.protocol.LinkEnd;
import io.dcosnet.gossip.protocol.LinkPeer;
import io.dcosnet.gossip.protocol.MemberKey;
import io.dcosnet.gossip.secure.DatagramSeal;
import io.dcosnet.gossip.secure.SealFault;
import io.dcosnet.gossip.secure.SealSetup;
import io.dcosnet.gossip.wire.ShortId;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A member whose datagrams are really sealed and opened. */
final class SealedProgram implements Program {

  /** Hears all that goes over the wire. */
  interface Wire {
    void sent(NodeProcess from, HostPort to, byte[] datagram);

    /** A datagram arrived; the fault is null where it was taken. */
    void arrived(NodeProcess at, byte[] datagram, @Nullable SealFault fault);
  }

  private final NodeProcess process;
  private final Wire wire;
  private final DatagramSeal seal;
  private final Program member;

  private SealedProgram(
      Program.Factory members,
      KeyRing keys,
      Wire wire,
      MetricsSink metrics,
      NodeProcess process,
      Host host) {
    this.process = process;
    this.wire = wire;
    this.seal =
        new DatagramSeal(
            new SealSetup(
                keys,
                PlainPolicy.REFUSED,
                new ClusterLabel("simulated"),
                ShortId.of(process.node.disk.id()),
                (int) (process.epoch * 31 + process.node.index),
                process.epoch,
                List.of(),
                SealSetup.MAX_DATAGRAM,
                host.nanos(),
                metrics));
    this.member = members.make(process, new Sealing(host));
  }

  static Program.Factory factory(
      Program.Factory members, KeyRing keys, Wire wire, MetricsSink metrics) {
    return (process, host) -> new SealedProgram(members, keys, wire, metrics, process, host);
  }

  @Override
  public void received(HostPort from, long sender, byte[] body, int offset, int length) {
    byte[] datagram = Arrays.copyOfRange(body, offset, offset + length);
    SealFault fault = seal.open(from.address(), body, offset, length, process.nanos());
    wire.arrived(process, datagram, fault);
    if (fault == null) {
      member.received(from, seal.sender(), seal.body(), seal.bodyOffset(), seal.bodyLength());
    }
  }

  @Override
  public void start() {
    member.start();
  }

  @Override
  public long shortId() {
    return member.shortId();
  }

  @Override
  public void accepted(int link, LinkPeer peer) {
    member.accepted(link, peer);
  }

  @Override
  public void opened(int link, LinkPeer peer) {
    member.opened(link, peer);
  }

  @Override
  public void frame(int link, byte[] octets, int offset, int length) {
    member.frame(link, octets, offset, length);
  }

  @Override
  public void closed(int link, LinkEnd end) {
    member.closed(link, end);
  }

  @Override
  public void lagged() {
    member.lagged();
  }

  @Override
  public @Nullable GossipCore core() {
    return member.core();
  }

  /** The host of the member, which seals what is sent. */
  private final class Sealing implements Host {
    private final Host host;

    Sealing(Host host) {
      this.host = host;
    }

    @Override
    public boolean send(HostPort to, byte[] body, int length) {
      byte[] out = new byte[length + DatagramSeal.OVERHEAD];
      byte[] datagram = Arrays.copyOf(out, seal.seal(body, length, out));
      wire.sent(process, to, datagram);
      return host.send(to, datagram, datagram.length);
    }

    @Override
    public void identityChanged(MemberKey now) {
      seal.identity(now.shortId());
      host.identityChanged(now);
    }

    @Override
    public long nanos() {
      return host.nanos();
    }

    @Override
    public long wallMillis() {
      return host.wallMillis();
    }

    @Override
    public RandomGenerator random() {
      return host.random();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable work) {
      return host.schedule(delayNanos, work);
    }

    @Override
    public int open(HostPort to) {
      return host.open(to);
    }

    @Override
    public void write(int link, byte[] frame, int length) {
      host.write(link, frame, length);
    }

    @Override
    public void close(int link) {
      host.close(link);
    }

    @Override
    public void tell(GossipEvent event) {
      host.tell(event);
    }

    @Override
    public void seeds(Consumer<List<HostPort>> answer) {
      host.seeds(answer);
    }

    @Override
    public void keep(List<KeptMember> members) {
      host.keep(members);
    }

    @Override
    public boolean keeps() {
      return host.keeps();
    }
  }
}
