// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.gossip.key.GossipKey;
import java.security.Key;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes whose seals were in order: their keys, and which of their datagrams were taken. Only
 * who has a key of the cluster gets in here, so strangers cannot push anybody out. The least recent
 * one is forgotten when there are too many. <b>Not thread-safe.</b>
 */
final class Senders {

  private static final int LEAST = 1024;
  private static final int MOST = 65_536;

  /** Starts of one node that are known at the same time. */
  private static final int RUNS = 4;

  /**
   * Senders with a cipher of their own. One that stays with its key opens three times as fast as
   * one that changes it, but takes some kilobytes.
   */
  private static final int MOST_CIPHERS = 4096;

  private int capacity = LEAST;
  private int ciphers;

  private final Map<Long, Sender> byId =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Sender> eldest) {
          boolean tooMany = size() > capacity;
          if (tooMany && eldest.getValue().aead != null) {
            ciphers--;
          }
          return tooMany;
        }
      };

  /** A node, with its starts from the latest to the earliest. */
  static final class Sender {
    private final @Nullable Run[] runs = new Run[RUNS];
    private final @Nullable Aead aead;

    private Sender(@Nullable Aead aead) {
      this.aead = aead;
    }

    /** A cipher of its own, if it has one. */
    @Nullable Aead aead() {
      return aead;
    }

    /** Greatest epoch that it has sealed with. */
    long epoch() {
      Run latest = runs[0];
      return latest == null ? -1 : latest.epoch;
    }

    @Nullable Run find(int salt, long epoch) {
      for (Run run : runs) {
        if (run != null && run.salt == salt && run.epoch == epoch) {
          return run;
        }
      }
      return null;
    }

    /** Whether a start with this epoch, not known yet, would be remembered. */
    boolean hasRoom(long epoch) {
      Run last = runs[RUNS - 1];
      return last == null || epoch >= last.epoch;
    }

    private void add(Run run) {
      int at = RUNS - 1;
      for (; at > 0; at--) {
        Run before = runs[at - 1];
        if (before != null && before.epoch > run.epoch) {
          break;
        }
        runs[at] = before;
      }
      runs[at] = run;
    }
  }

  /** One start of a node. */
  static final class Run {
    final int salt;
    final long epoch;
    final ReplayWindow window = new ReplayWindow();
    private GossipKey sealedWith;
    private Key key;

    Run(int salt, long epoch, GossipKey sealedWith, Key key) {
      this.salt = salt;
      this.epoch = epoch;
      this.sealedWith = sealedWith;
      this.key = key;
    }

    /** What datagrams under this key of the ring are opened with, if that is known. */
    @Nullable Key key(GossipKey of) {
      return of.equals(sealedWith) ? key : null;
    }

    void rekey(GossipKey of, Key derived) {
      this.sealedWith = of;
      this.key = derived;
    }
  }

  /** Makes room for a cluster of so many members. */
  void expect(int members) {
    capacity = Math.max(LEAST, (int) Math.min(MOST, 2L * members));
  }

  @Nullable Sender find(long shortId) {
    return byId.get(shortId);
  }

  void add(long shortId, Run run) {
    Sender known = byId.get(shortId);
    if (known == null) {
      known = new Sender(ciphers < MOST_CIPHERS ? new Aead() : null);
      ciphers += known.aead == null ? 0 : 1;
      byId.put(shortId, known);
    }
    known.add(run);
  }

  int size() {
    return byId.size();
  }

  int ciphers() {
    return ciphers;
  }
}
