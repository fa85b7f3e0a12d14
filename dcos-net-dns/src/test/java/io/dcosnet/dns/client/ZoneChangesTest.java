// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.Zones;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ZoneChangesTest {

  private final PublishedZone zone = new PublishedZone("zone.example");
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final Reader reader = new Reader();

  /** Asks for nothing by itself. */
  private static class Reader implements Flow.Subscriber<ZoneDelta> {
    final List<ZoneDelta> read = new ArrayList<>();
    @Nullable Throwable failure;
    Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
    }

    Flow.Subscription subscription() {
      return Objects.requireNonNull(subscription);
    }

    @Override
    public void onNext(ZoneDelta delta) {
      read.add(delta);
    }

    @Override
    public void onError(Throwable newFailure) {
      failure = newFailure;
    }

    @Override
    public void onComplete() {
      throw new AssertionError("the stream has no end");
    }
  }

  private void runAll() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  private void subscribe() {
    ZoneChanges.of(zone, work::add).subscribe(reader);
  }

  private static String text(ZoneDelta delta) {
    StringBuilder text = new StringBuilder();
    List<RecordSetChange> changes = new ArrayList<>(delta.changes());
    changes.sort(Comparator.comparing(RecordSetChange::owner));
    for (RecordSetChange one : changes) {
      if (one.type() != RecordType.NS) {
        text.append(one.owner())
            .append(one.change().before() == null ? "" : " " + one.change().before().toText())
            .append(one.change().after() == null ? " gone" : " " + one.change().after().toText())
            .append("; ");
      }
    }
    return text.toString();
  }

  @Test
  void givesTheWholeZoneAndThenEachChange() {
    zone.put("a.zone.example", Zones.addresses("192.0.2.1"));
    subscribe();
    reader.subscription().request(10);
    runAll();
    zone.put("b.zone.example", Zones.addresses("192.0.2.2"));
    runAll();
    zone.put("a.zone.example", Zones.addresses("192.0.2.3"));
    zone.remove("b.zone.example", RecordType.A);
    runAll();

    assertThat(reader.read)
        .extracting(ZoneChangesTest::text)
        .containsExactly(
            "a.zone.example. [192.0.2.1]; ",
            "b.zone.example. [192.0.2.2]; ",
            "a.zone.example. [192.0.2.1] [192.0.2.3]; b.zone.example. [192.0.2.2] gone; ");
    assertThat(reader.read).extracting(ZoneDelta::isWhole).containsExactly(true, false, false);
    for (int i = 1; i < 3; i++) {
      assertThat(reader.read.get(i).serialBefore()).isEqualTo(reader.read.get(i - 1).serialAfter());
    }
  }

  @Test
  void waitsForAZoneThatHasNothingToTellYet() {
    subscribe();
    reader.subscription().request(1);
    runAll();
    assertThat(reader.read).isEmpty();

    zone.put("a.zone.example", Zones.addresses("192.0.2.1"));
    runAll();

    assertThat(reader.read).hasSize(1);
  }

  @Test
  void mergesChangesForWhoAsksSlowly() {
    zone.put("a.zone.example", Zones.addresses("192.0.2.1"));
    subscribe();
    reader.subscription().request(1);
    runAll();
    for (int i = 1; i <= 200; i++) {
      zone.put("a.zone.example", Zones.addresses("192.0.2." + i));
      zone.put("x" + i + ".zone.example", Zones.addresses("192.0.2.1"));
      zone.remove("x" + i + ".zone.example", RecordType.A);
      runAll();
    }
    assertThat(reader.read).hasSize(1);

    reader.subscription().request(1);
    runAll();

    assertThat(text(reader.read.get(1))).isEqualTo("a.zone.example. [192.0.2.1] [192.0.2.200]; ");
  }

  @Test
  void leavesOutWhatEndsAsItWas() {
    zone.put("a.zone.example", Zones.addresses("192.0.2.1"));
    subscribe();
    reader.subscription().request(5);
    runAll();

    zone.put("b.zone.example", Zones.addresses("192.0.2.1"));
    zone.remove("b.zone.example", RecordType.A);
    runAll();

    assertThat(reader.read).hasSize(1);
  }

  @Test
  void tellsWhenAZoneBecomesWhole() {
    zone.edit(edit -> edit.partial(true));
    subscribe();
    reader.subscription().request(5);
    runAll();

    zone.edit(edit -> edit.partial(false));
    runAll();

    assertThat(reader.read).extracting(ZoneDelta::isPartial).containsExactly(true, false);
  }

  @Test
  void tellsNothingAfterCancel() {
    subscribe();
    reader.subscription().request(5);
    zone.put("a.zone.example", Zones.addresses("192.0.2.1"));

    reader.subscription().cancel();
    runAll();
    zone.put("b.zone.example", Zones.addresses("192.0.2.1"));
    runAll();

    assertThat(reader.read).isEmpty();
    assertThat(work).isEmpty();
  }

  @Test
  void failsWhoAsksForLessThanOne() {
    zone.put("a.zone.example", Zones.addresses("192.0.2.1"));
    subscribe();

    reader.subscription().request(0);
    runAll();
    reader.subscription().request(1);
    runAll();

    assertThat(reader.failure).isInstanceOf(IllegalArgumentException.class);
    assertThat(reader.read).isEmpty();
  }

  @Test
  void cancelsWhoThrows() {
    zone.put("a.zone.example", Zones.addresses("192.0.2.1"));
    List<ZoneDelta> told = new ArrayList<>();
    ZoneChanges.of(zone, work::add)
        .subscribe(
            new Reader() {
              @Override
              public void onSubscribe(Flow.Subscription newSubscription) {
                newSubscription.request(Long.MAX_VALUE);
                newSubscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(ZoneDelta delta) {
                told.add(delta);
                throw new IllegalStateException("on purpose");
              }
            });
    runAll();

    zone.put("b.zone.example", Zones.addresses("192.0.2.1"));
    runAll();

    assertThat(told).hasSize(1);
  }
}
