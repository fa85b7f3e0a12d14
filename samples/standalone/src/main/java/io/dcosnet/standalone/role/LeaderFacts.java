// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import io.dcosnet.api.Part;
import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.spi.ClusterSource;
import io.dcosnet.api.spi.MasterDetector;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.sources.exchange.FactPublisher;
import io.dcosnet.sources.exchange.FactSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Writes what this node's master knows into the replicated store, for all nodes, while that master
 * leads: while the leader's address is one of this node.
 *
 * <p><b>Thread-safe.</b>
 */
final class LeaderFacts extends Part {

  private final FactSource facts;
  private final ClusterSource told;
  private final Set<IpAddress> own;
  private final @Nullable MasterDetector detector;
  private final NetRuntime net;
  private volatile boolean leading;
  private volatile @Nullable FactPublisher publisher;
  private volatile @Nullable Subscription election;

  /**
   * Writes nothing before the start, since who writes is known no sooner.
   *
   * @param told by the masters
   * @param own addresses at which this node's master may be known
   * @param detector knows the leader best; null where only the masters themselves tell
   */
  LeaderFacts(
      FactSource facts,
      ClusterSource told,
      Set<IpAddress> own,
      @Nullable MasterDetector detector,
      NetRuntime net) {
    super("leader facts");
    this.facts = facts;
    this.told = told;
    this.own = Set.copyOf(own);
    this.detector = detector;
    this.net = net;
  }

  /** Whether this node's master leads, as far as is known. */
  boolean leading() {
    return leading;
  }

  @Override
  protected CompletionStage<Void> open() {
    FactPublisher writing = FactPublisher.create(facts, told);
    publisher = writing;
    election =
        detector == null
            ? told.subscribe(net.executor(), update -> follow(update.after().masters(), writing))
            : detector.subscribe(net.executor(), masters -> follow(masters, writing));
    return writing.start();
  }

  private void follow(Masters masters, FactPublisher writing) {
    Master leader = masters.leader();
    leading = leader != null && own.contains(leader.endpoint().address());
    writing.active(leading);
  }

  @Override
  protected CompletionStage<Void> shut(Duration grace) {
    Subscription following = election;
    if (following != null) {
      following.close();
    }
    leading = false;
    FactPublisher writing = publisher;
    return writing == null ? CompletableFuture.completedFuture(null) : writing.stop(grace);
  }
}
