// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the leading Mesos master by ZooKeeper, keeps what was promised there, and elects who leads
 * of our own masters. Start reading at {@link io.dcosnet.zookeeper.ZooKeeperMasterDetector}, {@link
 * io.dcosnet.zookeeper.ZooKeeperDurableStore} and {@link
 * io.dcosnet.zookeeper.ZooKeeperLeaderElection}; {@link io.dcosnet.zookeeper.ZooKeeperUrl} says
 * where to look.
 *
 * <p>What it stands on splits packages between its jars, so it runs on the class path only.
 */
@NullMarked
package io.dcosnet.zookeeper;

import org.jspecify.annotations.NullMarked;
