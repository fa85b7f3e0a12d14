// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.api.spi.MetricsSink.Counter;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.nft.NftGeneration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears when somebody else changes the table, and looks after drains meanwhile. Its thread {@code
 * dcosnet-nftables-watch} waits in the kernel, and ends with {@link #close}, which any thread may
 * call.
 */
final class Watch implements AutoCloseable, NetlinkMonitor.Listener {

  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** When the kernel tells nothing but errors, a busy thread is no help. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int FIXED = 4;

  /** Which part of netfilter a type of message is of stands in its high octet. */
  private static final int NF_TABLES = 10;

  private static final Logger LOGGER = LoggerFactory.getLogger(Watch.class);

  private final NetlinkMonitor monitor;
  private final int ownThread;
  private final Runnable damage;
  private final Looks looks;
  private final Counter lost;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Whether the transaction that is being told of changes something of ours. */
  private boolean ours;

  private Watch(NetlinkMonitor monitor, int ownThread, Runnable damage, Looks looks, Counter lost) {
    this.monitor = monitor;
    this.ownThread = ownThread;
    this.damage = damage;
    this.looks = looks;
    this.lost = lost;
  }

  /**
   * Begins to listen to the network namespace of this thread.
   *
   * @param ownThread the kernel's number of the thread whose changes are no damage
   * @param damage is called on the thread of the watch; must not block
   * @param looks are taken on the thread of the watch, and closed with it; but not when this throws
   * @param lost counts what is not known of what others changed
   */
  static Watch start(int ownThread, Runnable damage, Looks looks, Counter lost) {
    NetlinkMonitor monitor = NetlinkMonitor.open(NetlinkProtocol.NETFILTER, NftGeneration.GROUP);
    Watch watch = new Watch(monitor, ownThread, damage, looks, lost);
    Thread thread = new Thread(watch::run, "dcosnet-nftables-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  private void run() {
    try (looks) {
      boolean open = true;
      while (open) {
        open = turn();
      }
    }
  }

  /** False when this was closed. */
  private boolean turn() {
    try {
      boolean open = monitor.await(PATIENCE, this);
      if (open) {
        looks.look();
      }
      return open;
    } catch (RuntimeException e) { // the next change by somebody else must be heard all the same
      LOGGER.error("nftables could not be watched; tried again in {}", PAUSE, e);
      lost();
      return pause();
    }
  }

  private boolean pause() {
    try {
      return !closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return closed.getCount() > 0; // nobody knows the thread, so nobody means anything by it
    }
  }

  @Override
  public void changed(Message message) {
    if (message.type() == NftGeneration.NEW) {
      boolean was = ours;
      ours = false; // whatever is wrong with this one, the next transaction is another
      if (was && NftGeneration.read(message).thread() != ownThread) {
        damage.run();
      }
    } else if (!ours && message.type() >> 8 == NF_TABLES) {
      ours = Structure.isOurs(message.attributes(FIXED));
    }
  }

  @Override
  public void lost() {
    ours = false;
    lost.increment();
    damage.run();
  }

  @Override
  public void close() {
    closed.countDown();
    monitor.close();
  }
}
