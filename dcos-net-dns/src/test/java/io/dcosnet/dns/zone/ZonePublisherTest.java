// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zone;

import static io.dcosnet.dns.zone.Zones.addresses;
import static io.dcosnet.dns.zone.Zones.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.event.Subscription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZonePublisherTest {

  private final ZonePublisher published = new ZonePublisher();
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();

  @Test
  void tellsOfThePresentSnapshotAndOfEachNewOne() {
    published.publish(zone(1));
    Subscription watching = published.watch(work::add, this::note);
    runAll();
    published.publish(zone(2));
    runAll();
    watching.close();
    published.publish(zone(3));
    runAll();

    assertThat(told).containsExactly("null -> 1", "1 -> 2");
  }

  @Test
  void leavesOutWhatTheListenerWasTooSlowFor() {
    Subscription unused = published.watch(work::add, this::note);
    published.publish(zone(1));
    published.publish(zone(2));
    published.publish(zone(3));
    runAll();

    assertThat(told).containsExactly("null -> 3");
  }

  @Test
  void goesOnAfterAListenerFailed() {
    Subscription unused =
        published.watch(
            work::add,
            (before, after) -> {
              note(before, after);
              throw new IllegalStateException("as expected");
            });
    published.publish(zone(1));
    runAll();
    published.publish(zone(2));
    runAll();

    assertThat(told).containsExactly("null -> 1", "1 -> 2");
  }

  @Test
  void triesAgainWhenTheExecutorRefused() {
    boolean[] open = {false};
    Subscription unused =
        published.watch(
            task -> {
              if (!open[0]) {
                throw new IllegalStateException("full");
              }
              work.add(task);
            },
            this::note);
    published.publish(zone(1));
    open[0] = true;
    published.publish(zone(2));
    runAll();

    assertThat(told).containsExactly("null -> 2");
  }

  private void note(@Nullable ZoneSnapshot before, ZoneSnapshot after) {
    told.add((before == null ? "null" : before.recordCount()) + " -> " + after.recordCount());
  }

  private void runAll() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  private static ZoneSnapshot zone(int records) {
    ZoneSnapshot.Edit edit = Zones.empty("mesos").edit();
    for (int i = 0; i < records; i++) {
      edit.put(name("host" + i + ".mesos"), addresses("192.0.2.1"));
    }
    return edit.commit(101);
  }
}
