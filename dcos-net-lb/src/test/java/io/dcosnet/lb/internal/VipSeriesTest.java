// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.Protocol;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.testkit.RecordingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class VipSeriesTest {

  private final RecordingMetrics sink = new RecordingMetrics();
  private final LbMetrics metrics = new LbMetrics(sink);

  @Test
  void givesEachVipItsOwnFiguresUpToABound() {
    for (int i = 0; i < VipSeries.MOST + 50; i++) {
      metrics.vip(vip(i)).connections.increment();
    }
    assertThat(connections("v0.marathon:80")).isEqualTo(1);
    assertThat(connections("v" + (VipSeries.MOST - 1) + ".marathon:80")).isEqualTo(1);
    assertThat(connections(VipSeries.OTHERS)).isEqualTo(50);
    assertThat(metrics.vip(vip(0))).isSameAs(metrics.vip(vip(0)));
  }

  @Test
  void takesOnePlaceForAVipThatManyAskForAtATime() throws Exception {
    int threads = 8;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> asking = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        asking.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < VipSeries.MOST; i++) {
                    together.await();
                    metrics.vip(vip(i)).connections.increment();
                  }
                  return null;
                }));
      }
      for (Future<?> one : asking) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(connections("v" + (VipSeries.MOST - 1) + ".marathon:80")).isEqualTo(threads);
    assertThat(connections(VipSeries.OTHERS)).isZero();
  }

  private static VipKey vip(int number) {
    return VipKey.named(Protocol.TCP, "v" + number + ".marathon", 80);
  }

  private long connections(String vip) {
    return sink.count("dcosnet.lb.vip.connections", "vip", vip, "protocol", "tcp");
  }
}
