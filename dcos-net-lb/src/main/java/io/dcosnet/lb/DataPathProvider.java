// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.netty.NetRuntime;

/** Makes the data path of a load balancer once its runtime is known; must open nothing. */
@FunctionalInterface
public interface DataPathProvider {
  DataPath create(NetRuntime net);
}
