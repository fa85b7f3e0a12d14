// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.replica;

import io.dcosnet.gossip.store.ReplicaId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What replicas said last, gathered and passed on along the tree, or by gossip where no link is
 * open. <b>Not thread-safe.</b>
 */
final class Watermarks {

  private static final long MOST_GATHER_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int GATHER_SHARE = 5;
  private static final int MOST_ON_LINK = 1_000;
  private static final int MOST_IN_DATAGRAM = 18;

  private record News(Mark mark, int link) {}

  private final Replica replica;
  private final Register register;
  private final Map<ReplicaId, News> news = new LinkedHashMap<>();
  private boolean passing;

  Watermarks(Replica replica, Register register) {
    this.replica = replica;
    this.register = register;
  }

  /** A replica said this; false when it is old, or of none that is registered. */
  boolean heard(Mark mark, int link) {
    Register.Registered registered = register.find(mark.replica());
    if (registered == null || !registered.heard(mark, replica.state.clock())) {
      return false;
    }
    news.remove(mark.replica());
    news.put(mark.replica(), new News(mark, link));
    return true;
  }

  /** Passes on what is new, together with what comes within the next second, and then runs this. */
  void passOnLater(Runnable then) {
    if (!passing && !news.isEmpty()) {
      passing = true;
      long gather =
          Math.min(
              MOST_GATHER_NANOS,
              replica.setup.settings().watermarkInterval().toNanos() / GATHER_SHARE);
      replica.host.schedule(
          gather,
          () -> {
            passing = false;
            passOn();
            then.run();
          });
    }
  }

  private void passOn() {
    List<Integer> links = replica.spread.tree();
    for (int link : links) {
      List<Mark> marks = new ArrayList<>();
      for (News one : news.values()) {
        if (one.link != link) {
          marks.add(one.mark);
        }
      }
      for (List<Mark> part : parts(marks, MOST_ON_LINK)) {
        replica.host.write(link, new StoreMessage(StoreMessage.WATERMARKS, Mark.encode(part)));
      }
    }
    if (links.isEmpty()) {
      List<Mark> marks = news.values().stream().map(News::mark).toList();
      for (List<Mark> part : parts(marks, MOST_IN_DATAGRAM)) {
        replica.host.rumour(new StoreMessage(StoreMessage.WATERMARKS, Mark.encode(part)));
      }
    }
    news.clear();
  }

  private static List<List<Mark>> parts(List<Mark> marks, int most) {
    List<List<Mark>> parts = new ArrayList<>();
    for (int from = 0; from < marks.size(); from += most) {
      parts.add(marks.subList(from, Math.min(marks.size(), from + most)));
    }
    return parts;
  }
}
