// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import io.dcosnet.lb.datapath.contract.DataPathContract;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.ScheduleContract;
import io.dcosnet.lb.datapath.contract.TcpPathContract;
import io.dcosnet.lb.datapath.contract.UdpPathContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The path by IPVS keeps the contract, where a kernel has IPVS. */
@Tag("kernel")
@Tag("long") // IpvsInUserModeLinuxIT runs it, as hardly a machine of tests has ip_vs
class IpvsPathIT {

  private static PathSubject masqueraded() {
    return new IpvsSubject(false, IpvsConfig.defaults());
  }

  private static PathSubject plain() {
    return new IpvsSubject(false, IpvsConfig.builder().masquerade(false).build());
  }

  /** Clients of another host, or of a container. */
  private static PathSubject remote() {
    return new RemoteClients(IpvsConfig.defaults());
  }

  /** Without masquerading, as the kernel of this test has no rules for IPv6. */
  private static PathSubject ipv6() {
    return new IpvsSubject(true, IpvsConfig.builder().masquerade(false).build());
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Tables extends DataPathContract {
    @Override
    protected PathSubject newSubject() {
      return masqueraded();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Tcp extends TcpPathContract {
    @Override
    protected PathSubject newSubject() {
      return masqueraded();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class TcpPlain extends TcpPathContract {
    @Override
    protected PathSubject newSubject() {
      return plain();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class TcpOverIpv6 extends TcpPathContract {
    @Override
    protected PathSubject newSubject() {
      return ipv6();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Udp extends UdpPathContract {
    @Override
    protected PathSubject newSubject() {
      return masqueraded();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class UdpPlain extends UdpPathContract {
    @Override
    protected PathSubject newSubject() {
      return plain();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class UdpOverIpv6 extends UdpPathContract {
    @Override
    protected PathSubject newSubject() {
      return ipv6();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class TcpFromElsewhere extends TcpPathContract {
    @Override
    protected PathSubject newSubject() {
      return remote();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class UdpFromElsewhere extends UdpPathContract {
    @Override
    protected PathSubject newSubject() {
      return remote();
    }
  }

  @Nested
  @ExtendWith(InOwnNetwork.class)
  class Scheduled extends ScheduleContract {
    @Override
    protected PathSubject newSubject() {
      return masqueraded();
    }
  }
}
