// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import static io.dcosnet.lb.datapath.nft.Here.done;
import static io.dcosnet.lb.datapath.nft.Here.service;
import static io.dcosnet.lb.datapath.nft.Here.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.datapath.contract.Caller;
import io.dcosnet.lb.datapath.contract.InOwnNetwork;
import io.dcosnet.lb.datapath.contract.NamedServer;
import io.dcosnet.lb.datapath.contract.PathSubject;
import io.dcosnet.lb.datapath.contract.SwapContract;
import io.dcosnet.lb.vip.VipTable.Target;
import io.dcosnet.testkit.RecordingMetrics;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Swaps of back ends by nftables. */
@Tag("kernel")
@ExtendWith(InOwnNetwork.class)
class NftSwapIT extends SwapContract {

  @BeforeAll
  static void needsRoot() {
    Here.needsRoot();
  }

  @Override
  protected PathSubject newSubject() {
    return new NftPathIT.Nft(true, false);
  }

  /** Their ports may be those of others by now. */
  @Test
  void connectionsThatHaveEndedAreNotCut() throws Exception {
    RecordingMetrics metrics = new RecordingMetrics();
    NftDataPath path = new NftDataPath(TimeSource.system(), metrics, NftConfig.defaults());
    try (NamedServer server = new NamedServer("a", IpAddress.LOOPBACK_IPV4)) {
      HostPort vip = HostPort.parse("11.9.0.1:80");
      Target up = Target.up(server.address(), 1);
      done(path.apply(table(service(vip.toString(), up))));
      Caller open = new Caller(new Socket(), vip, Duration.ofSeconds(2));
      assertThat(open.ask()).isEqualTo("a");
      for (int i = 0; i < 20; i++) {
        Caller ended = new Caller(new Socket(), vip, Duration.ofSeconds(2));
        assertThat(ended.ask()).isEqualTo("a");
        ended.drop();
      }

      done(path.apply(table(service(vip.toString(), Here.up("192.0.2.7:80")))));

      assertThat(metrics.count("dcosnet.lb.kernel.cuts", "path", "nftables")).isEqualTo(1);
      open.close();
    }
    done(path.stop(false, Duration.ZERO));
  }
}
