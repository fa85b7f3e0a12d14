// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.lb.datapath.TrafficObserver.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;

class ConnectsTest {

  @Test
  void tellsAResetThatCameBeforeAnybodyLooked() {
    assertThat(Connects.failure(new IOException("finishConnect(..) failed: Connection reset")))
        .isEqualTo(Failure.RESET);
    assertThat(Connects.failure(new IOException("Transport endpoint is not connected")))
        .isEqualTo(Failure.RESET);
  }

  @Test
  void tellsTheOthersApart() {
    assertThat(Connects.failure(new ConnectException("Connection refused")))
        .isEqualTo(Failure.REFUSED);
    assertThat(Connects.failure(new ConnectException("Connection timed out")))
        .isEqualTo(Failure.TIMEOUT);
    assertThat(Connects.failure(new NoRouteToHostException("No route to host")))
        .isEqualTo(Failure.UNREACHABLE);
    assertThat(Connects.failure(new IOException("Too many open files"))).isEqualTo(Failure.OTHER);
  }
}
