// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.ScheduleContract;
import io.dcosnet.lb.datapath.contract.TcpPathContract;
import io.dcosnet.lb.datapath.contract.UdpPathContract;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.linux.route.Address;
import io.dcosnet.linux.route.Addresses;
import io.dcosnet.linux.route.RouteSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The path by nftables keeps the contract, for local clients, on both families. */
@Tag("kernel")
class NftPathIT {

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  /** VIPs have a route to this node, as clients of it need one. */
  static final class Nft implements PathSubject {

    private final boolean ipv4;
    private final boolean leaves;
    private final NftDataPath path =
        new NftDataPath(TimeSource.system(), MetricsSink.none(), NftConfig.builder().build());

    Nft(boolean ipv4, boolean leaves) {
      this.ipv4 = ipv4;
      this.leaves = leaves;
      Here.route(Cidr.parse(ipv4 ? "11.0.0.0/8" : "2001:db8:11::/48"));
    }

    @Override
    public DataPath path() {
      return path;
    }

    @Override
    public IpAddress backends() {
      return IpAddress.parse(ipv4 ? "127.0.0.1" : "::1");
    }

    @Override
    public Frontend frontend(Protocol protocol, int number) {
      IpAddress first = IpAddress.parse(ipv4 ? "11.9.0.0" : "2001:db8:11::");
      return new Frontend(protocol, new HostPort(first.plus(number), 80));
    }

    /** An address of the node itself is no VIP. */
    @Override
    public AutoCloseable obstruct(Frontend frontend) {
      IpAddress address = frontend.endpoint().address();
      try (RouteSocket routes = RouteSocket.open()) {
        int loopback = routes.link("lo").orElseThrow().index();
        Address own = Address.of(loopback, address, address.bitLength());
        routes.change(Addresses.add(own));
        return () -> {
          try (RouteSocket again = RouteSocket.open()) {
            again.change(Addresses.delete(own));
          }
        };
      }
    }

    @Override
    public boolean tellsOutcomes() {
      return false;
    }

    @Override
    public boolean keepsLimits() {
      return false;
    }

    @Override
    public boolean outlivesItsProcess() {
      return leaves;
    }

    @Override
    public void close() {
      path.stop(false, Duration.ZERO).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
      List<String> unused = path.cleanup();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Tables extends DataPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Nft(true, false);
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class TcpOverIpv4 extends TcpPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Nft(true, false);
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class TcpOverIpv6 extends TcpPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Nft(false, true);
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class UdpOverIpv4 extends UdpPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Nft(true, false);
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class UdpOverIpv6 extends UdpPathContract {
    @Override
    protected PathSubject newSubject() {
      return new Nft(false, true);
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Scheduled extends ScheduleContract {
    @Override
    protected PathSubject newSubject() {
      return new Nft(true, false);
    }
  }
}
