// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.net.Protocol;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.ScheduleContract;
import io.dcosnet.lb.datapath.contract.SwapContract;
import io.dcosnet.lb.datapath.contract.TcpPathContract;
import io.dcosnet.lb.datapath.contract.UdpPathContract;
import io.dcosnet.lb.vip.VipTable.Frontend;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.netty.Transport;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;

/** The path in user space keeps the contract, on each transport. */
class UserspacePathIT {

  /** VIPs 11.9.x.y stand at 127.73.x.y. */
  private static final class Userspace implements PathSubject {

    private static final Cidr RANGE = Cidr.parse("127.64.0.0/10");
    private static final IpAddress FIRST_VIP = IpAddress.parse("11.9.0.0");
    private static final IpAddress FIRST_PLACE = IpAddress.parse("127.73.0.0");

    private final NetRuntime net;
    private final ProxyDataPath path;
    private final int port;

    Userspace(Transport transport) throws IOException {
      assumeThat(transport.unavailableBecause()).isEmpty();
      net = NetRuntime.builder().transport(transport).ioThreads(2).build();
      path = new ProxyDataPath(net, ProxyConfig.builder().listenRange(RANGE).build());
      port = PathRig.freePlace(FIRST_PLACE.plus(1)).port();
    }

    @Override
    public DataPath path() {
      return path;
    }

    @Override
    public Frontend frontend(Protocol protocol, int number) {
      return new Frontend(protocol, new HostPort(FIRST_VIP.plus(number), port));
    }

    /** Somebody else has the port already. */
    @Override
    public AutoCloseable obstruct(Frontend frontend) throws IOException {
      long number = frontend.endpoint().address().lowBits() - FIRST_VIP.lowBits();
      ServerSocket other = new ServerSocket();
      other.bind(new HostPort(FIRST_PLACE.plus(number), port).toSocketAddress());
      return other;
    }

    @Override
    public void close() {
      path.stop(false, Duration.ZERO).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
      net.close();
    }
  }

  @Nested
  class OnEpoll extends DataPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.EPOLL);
    }
  }

  @Nested
  class OnNio extends DataPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.NIO);
    }
  }

  @Nested
  class TcpOnEpoll extends TcpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.EPOLL);
    }
  }

  @Nested
  class TcpOnNio extends TcpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.NIO);
    }
  }

  @Nested
  class UdpOnEpoll extends UdpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.EPOLL);
    }
  }

  @Nested
  class UdpOnNio extends UdpPathContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.NIO);
    }
  }

  @Nested
  class ScheduledOnEpoll extends ScheduleContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.EPOLL);
    }
  }

  @Nested
  class ScheduledOnNio extends ScheduleContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.NIO);
    }
  }

  @Nested
  class Swaps extends SwapContract {
    @Override
    protected PathSubject newSubject() throws IOException {
      return new Userspace(Transport.EPOLL);
    }
  }
}
