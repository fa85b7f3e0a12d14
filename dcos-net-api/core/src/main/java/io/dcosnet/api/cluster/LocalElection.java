// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static java.util.Objects.requireNonNull;

import io.dcosnet.api.event.Latest;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.LeaderElection;
import io.dcosnet.api.spi.Leadership;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * An election within one process: who came first leads until it leaves. With one candidate it is
 * the election of a cluster that has one master.
 *
 * <p><b>Thread-safe.</b> No lock is held while an executor or a listener runs.
 */
public final class LocalElection {

  private final List<Candidate> candidates = new ArrayList<>(); // guarded by itself

  private LocalElection() {}

  /** An election without candidates. */
  public static LocalElection create() {
    return new LocalElection();
  }

  /** The only candidate of its election, which therefore leads until it is closed. */
  public static Candidate alone(URI address) {
    return create().enter(address);
  }

  /**
   * One more candidate, behind those that are there.
   *
   * @param address where others find it
   */
  public Candidate enter(URI address) {
    Candidate candidate = new Candidate(address);
    synchronized (candidates) {
      candidates.add(candidate);
      decide();
    }
    return candidate;
  }

  private void leave(Candidate candidate) {
    List<Candidate> others;
    synchronized (candidates) {
      if (!candidates.remove(candidate)) {
        return;
      }
      candidate.known.set(candidate.leadership().follows(null));
      decide();
      others = List.copyOf(candidates);
    }
    candidate.known.tell(); // the end of a lead first
    others.forEach(other -> other.known.tell());
  }

  /** Called with the lock held. */
  private void decide() {
    for (Candidate candidate : candidates) {
      Candidate leader = candidates.get(0);
      Leadership before = candidate.leadership();
      if (candidate != leader) {
        candidate.known.set(before.follows(leader.address));
      } else if (!before.leads()) {
        candidate.known.set(before.elected(leader.address));
      }
    }
  }

  /** One who may lead. */
  public final class Candidate implements LeaderElection, AutoCloseable {
    private final URI address;
    private final Latest<Leadership> known = new Latest<>("a lead", Leadership.NONE);

    private Candidate(URI address) {
      this.address = requireNonNull(address, "address");
    }

    @Override
    public Leadership leadership() {
      return known.get();
    }

    @Override
    public Subscription subscribe(Executor executor, Consumer<Leadership> listener) {
      return known.subscribe(executor, listener);
    }

    /** Leaves the election, and with it the lead; idempotent. */
    @Override
    public void close() {
      leave(this);
    }
  }
}
