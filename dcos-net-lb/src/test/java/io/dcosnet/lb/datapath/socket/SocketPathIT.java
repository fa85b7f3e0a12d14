// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.OwnGroup;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.ScheduleContract;
import io.dcosnet.lb.datapath.contract.TcpPathContract;
import io.dcosnet.lb.datapath.contract.UdpPathContract;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.netty.NetRuntime;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The path within sockets keeps the contract, in a control group of its own and in a network
 * namespace that has no route to any VIP.
 */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
class SocketPathIT {

  /** VIPs 11.9.0.x or fd01:c::x. */
  static final class InSockets implements PathSubject {

    private final OwnGroup group;
    private final NetRuntime net = NetRuntime.create();
    private final SocketDataPath path;
    private final boolean ipv4;
    private final Set<Frontend> refused = Refusing.nobody();

    InSockets(boolean ipv4) throws IOException {
      this.ipv4 = ipv4;
      group = OwnGroup.enter();
      SocketConfig config = SocketConfig.builder().controlGroup(group.directory()).build();
      path =
          new SocketDataPath(
              net.time(),
              net.metrics(),
              config,
              vips -> new Refusing(vips, refused),
              OpenSockets::cut);
    }

    /** The control group that it is attached to. */
    Path directory() {
      return group.directory();
    }

    @Override
    public DataPath path() {
      return path;
    }

    @Override
    public Frontend frontend(Protocol protocol, int number) {
      IpAddress first = IpAddress.parse(ipv4 ? "11.9.0.0" : "fd01:c::");
      return new Frontend(protocol, new HostPort(first.plus(number), 80));
    }

    @Override
    public IpAddress backends() {
      return ipv4 ? IpAddress.LOOPBACK_IPV4 : IpAddress.parse("::1");
    }

    /** The kernel has no room for it. */
    @Override
    public AutoCloseable obstruct(Frontend frontend) {
      refused.add(frontend);
      return () -> refused.remove(frontend);
    }

    @Override
    public boolean keepsLimits() {
      return false;
    }

    @Override
    public boolean tellsOutcomes() {
      return false;
    }

    @Override
    public boolean movesConnectedFlows() {
      return false;
    }

    @Override
    public boolean outlivesItsProcess() {
      return true;
    }

    @Override
    public DatagramSocket udpClient() throws IOException {
      return new DatagramSocket(new InetSocketAddress(backends().toInetAddress(), 0));
    }

    @Override
    public void close() throws IOException {
      try (group;
          net) {
        path.stop(false, Duration.ZERO)
            .toCompletableFuture()
            .orTimeout(30, TimeUnit.SECONDS)
            .join();
      }
    }
  }

  @Nested
  class Tables extends DataPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new InSockets(true);
    }
  }

  @Nested
  class TcpOverIpv4 extends TcpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new InSockets(true);
    }
  }

  @Nested
  class TcpOverIpv6 extends TcpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new InSockets(false);
    }
  }

  @Nested
  class UdpOverIpv4 extends UdpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new InSockets(true);
    }
  }

  @Nested
  class UdpOverIpv6 extends UdpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new InSockets(false);
    }
  }

  @Nested
  class ScheduledOverIpv4 extends ScheduleContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new InSockets(true);
    }
  }

  @Nested
  class ScheduledOverIpv6 extends ScheduleContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new InSockets(false);
    }
  }
}
