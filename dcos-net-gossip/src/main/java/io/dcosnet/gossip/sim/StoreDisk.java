// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.sim;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.gossip.protocol.Host;
import io.dcosnet.gossip.replica.Generations;
import io.dcosnet.gossip.replica.Generations.Found;
import io.dcosnet.gossip.replica.ReplicaMark;
import io.dcosnet.gossip.replica.StoreLog;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.ReplicaId;
import io.dcosnet.gossip.store.StoreImage;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a node has on disk of its replica of the store. A process that is killed leaves all that it
 * has written; a host that loses its power loses what was not synced yet, from some point on.
 *
 * <p><b>Not thread-safe.</b>
 */
final class StoreDisk {

  /** A contact is written down only when the last one is so old, or a part of the longest. */
  static final long CONTACT_MILLIS = 600_000;

  private static final int CONTACT_SHARE = 60;

  /** What a write with its sync takes, in nanoseconds. */
  private static final long SYNC = 1_000_000;

  /** After this the system has synced by itself, in nanoseconds. */
  private static final long INTERVAL = 200_000_000;

  /** An image is only a set of references, so it is worth it early. */
  private static final int SNAPSHOT_RECORDS = 4_000;

  private final List<Written> records = new ArrayList<>(0);
  private @Nullable StoreImage image;
  private @Nullable ReplicaMark mark;
  private int boots = 1;
  private int synced;
  private long contactMillis = CONTACT_MILLIS;

  // How many records were replaced by images so far.
  private long dropped;

  /** A record that the system has since a time. */
  private record Written(Bytes record, long at) {}

  /** What a start begins with. */
  record Loaded(StoreState state, StoreLog log) {}

  /**
   * Reads what is there, by the same rules as on a real disk.
   *
   * @param self the member that starts
   * @param epoch of this start
   * @param now time of the world in nanoseconds, through all lives
   */
  Loaded start(NodeId self, long epoch, StoreSettings settings, Host host, LongSupplier now) {
    contactMillis = Math.min(CONTACT_MILLIS, settings.maxOffline().toMillis() / CONTACT_SHARE);
    ReplicaMark last = mark;
    Generations generations =
        new Generations(self, last == null, epoch, "boot-" + boots, host.wallMillis());
    Found found = last == null ? Found.NOTHING : Found.ALL;
    long contact = last == null ? 0 : last.contactMillis();
    if (generations.isStale(contact, settings.maxOffline())) {
      found = Found.NOTHING;
      contact = 0; // without data there is nothing to bring back
      image = null;
      records.clear();
    }
    ReplicaId id = generations.next(last, found);
    mark = new ReplicaMark(id, settings.sync(), generations.boot(), false, contact);
    synced = records.size(); // what is shown once is made safe first
    StoreImage snapshot = image;
    StoreState state =
        StoreState.load(
            id,
            StoreLimits.USUAL,
            snapshot == null ? Bytes.EMPTY : snapshot.encode(),
            records.stream().map(Written::record).toList());
    return new Loaded(state, new Log(state, settings.sync(), host, now));
  }

  /** Others live, by the clock of the node. */
  void contact(long wallMillis) {
    ReplicaMark last = mark;
    if (last != null && wallMillis - last.contactMillis() >= contactMillis) {
      mark = last.withContact(wallMillis);
    }
  }

  /** The process ends in order. */
  void close() {
    synced = records.size();
    if (mark != null) {
      mark = mark.closedInOrder();
    }
  }

  /** The host loses its power: of what is not synced the end is gone. */
  void losePower(RandomGenerator random, long now) {
    boots++;
    ReplicaMark last = mark;
    if (last == null) {
      return;
    }
    if (last.sync() != Sync.NONE) {
      while (synced < records.size() && now - records.get(synced).at >= INTERVAL) {
        synced++;
      }
    }
    int kept = synced + random.nextInt(records.size() - synced + 1);
    records.subList(kept, records.size()).clear();
    synced = kept;
  }

  /** A second disk with the same content. */
  StoreDisk copy() {
    StoreDisk copy = new StoreDisk();
    copy.records.addAll(records);
    copy.image = image;
    copy.mark = mark;
    copy.boots = boots;
    copy.synced = synced;
    return copy;
  }

  /** Writes for one life of the node. */
  private final class Log implements StoreLog {

    private final StoreState state;
    private final Sync sync;
    private final Host host;
    private final LongSupplier now;
    private int waiting;

    Log(StoreState state, Sync sync, Host host, LongSupplier now) {
      this.state = state;
      this.sync = sync;
      this.host = host;
      this.now = now;
    }

    @Override
    public void append(Bytes record, boolean own, Consumer<String> done) {
      ReplicaMark last = mark;
      if (last != null && !last.id().equals(state.self())) {
        mark = last.withId(state.self());
      }
      records.add(new Written(record, now.getAsLong()));
      if (sync == Sync.EACH && (own || waiting > 0)) {
        waiting++;
        settled(
            () -> {
              waiting--;
              done.accept("");
            });
      } else {
        done.accept("");
      }
    }

    @Override
    public void settled(Runnable then) {
      long upTo = dropped + records.size();
      var unused =
          host.schedule(
              SYNC,
              () -> {
                synced = (int) Math.max(synced, upTo - dropped);
                then.run();
              });
    }

    @Override
    public long waiting() {
      return 0;
    }

    @Override
    public boolean wantsSnapshot() {
      return records.size() >= SNAPSHOT_RECORDS;
    }

    @Override
    public void snapshot(StoreImage next) {
      image = next;
      dropped += records.size();
      records.clear();
      synced = 0;
    }
  }
}
