// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the leading Mesos master by ZooKeeper. Start reading at {@link
 * io.dcosnet.zookeeper.ZooKeeperMasterDetector}; {@link io.dcosnet.zookeeper.ZooKeeperUrl} says
 * where to look.
 *
 * <p>What it stands on splits packages between its jars, so it runs on the class path only.
 */
@NullMarked
package io.dcosnet.zookeeper;

import org.jspecify.annotations.NullMarked;
