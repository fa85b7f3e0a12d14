// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.nft;

import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.NetlinkMonitor;
import io.dcosnet.linux.netlink.NetlinkProtocol;
import io.dcosnet.linux.nft.NftGeneration;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears when somebody else changes the table, and looks after drains meanwhile. Its thread {@code
 * dcosnet-nftables-watch} waits in the kernel, and ends with {@link #close}, which any thread may call.
 */
final class Watch implements AutoCloseable, NetlinkMonitor.Listener {

  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int FIXED = 4;

  /** Which part of netfilter a type of message is of stands in its high octet. */
  private static final int NF_TABLES = 10;

  private static final Logger LOGGER = LoggerFactory.getLogger(Watch.class);

  private final NetlinkMonitor monitor;
  private final int ownThread;
  private final Runnable damage;
  private final Looks looks;

  /** Whether the transaction that is being told of changes something of ours. */
  private boolean ours;

  private Watch(NetlinkMonitor monitor, int ownThread, Runnable damage, Looks looks) {
    this.monitor = monitor;
    this.ownThread = ownThread;
    this.damage = damage;
    this.looks = looks;
  }

  /**
   * Begins to listen to the network namespace of this thread.
   *
   * @param ownThread the kernel's number of the thread whose changes are no damage
   * @param damage is called on the thread of the watch; must not block
   * @param looks are taken on the thread of the watch, and closed with it
   */
  static Watch start(int ownThread, Runnable damage, Looks looks) {
    NetlinkMonitor monitor = NetlinkMonitor.open(NetlinkProtocol.NETFILTER, NftGeneration.GROUP);
    Watch watch = new Watch(monitor, ownThread, damage, looks);
    Thread thread = new Thread(watch::run, "dcosnet-nftables-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  private void run() {
    try (looks) {
      while (monitor.await(PATIENCE, this)) {
        looks.look();
      }
    } catch (KernelException e) {
      // What this would have told is found by the next comparison all the same.
      LOGGER.error("changes of nftables by others are found late from now on", e);
    }
  }

  @Override
  public void changed(Message message) {
    if (message.type() == NftGeneration.NEW) {
      if (ours && NftGeneration.read(message).thread() != ownThread) {
        damage.run();
      }
      ours = false;
    } else if (!ours && message.type() >> 8 == NF_TABLES) {
      ours = Structure.isOurs(message.attributes(FIXED));
    }
  }

  @Override
  public void lost() {
    ours = false;
    damage.run();
  }

  @Override
  public void close() {
    monitor.close();
  }
}
