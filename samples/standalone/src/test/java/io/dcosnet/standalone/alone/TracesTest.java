// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.alone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TracesTest {

  @Test
  void seesANewThread() throws InterruptedException {
    Traces before = Traces.now();
    CountDownLatch end = new CountDownLatch(1);
    Thread thread = new Thread(() -> await(end), "some-thread");
    thread.start();

    assertThat(Traces.now().since(before)).contains("thread some-thread");
    end.countDown();
    thread.join();
    assertThat(Traces.now().since(before)).doesNotContain("thread some-thread");
  }

  @Test
  void seesANewSocket() throws IOException {
    try (DatagramSocket first = new DatagramSocket()) {
      Traces before = Traces.now();
      try (DatagramSocket second = new DatagramSocket()) {
        assertThat(second.getLocalPort()).isNotEqualTo(first.getLocalPort());
        assertThat(Traces.now().since(before)).anyMatch(trace -> trace.contains("socket:["));
      }
    }
  }

  @Test
  void seesAChangedProperty() {
    Traces before = Traces.now();
    System.setProperty("dcosnet.test.trace", "left");
    try {
      assertThat(Traces.now().since(before))
          .containsExactly("system property dcosnet.test.trace=left");
    } finally {
      System.clearProperty("dcosnet.test.trace");
    }
  }

  private static void await(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
