// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

/** Where a master keeps who has which addresses. */
public enum AllocationStoreKind {
  /** In the folder of the node, for a cluster with one master. */
  FILE,
  /** In ZooKeeper, where several masters elect the one that gives addresses. */
  ZOOKEEPER
}
