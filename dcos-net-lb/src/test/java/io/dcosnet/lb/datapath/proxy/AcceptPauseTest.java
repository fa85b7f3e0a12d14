// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.testkit.RecordingMetrics;
import io.dcosnet.testkit.VirtualTime;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcceptPauseTest {

  @Test
  void restsATenthOfASecondWhenItCannotAccept() {
    VirtualTime time = new VirtualTime();
    RecordingMetrics metrics = new RecordingMetrics();
    EmbeddedChannel server = new EmbeddedChannel(new AcceptPause(time, new LbMetrics(metrics)));
    server.pipeline().fireExceptionCaught(new IOException("Too many open files"));
    assertThat(server.config().isAutoRead()).isFalse();
    time.advance(Duration.ofMillis(99));
    assertThat(server.config().isAutoRead()).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(server.config().isAutoRead()).isTrue();
    assertThat(metrics.count("dcosnet.lb.accept.pauses")).isEqualTo(1);
    server.checkException();
  }
}
