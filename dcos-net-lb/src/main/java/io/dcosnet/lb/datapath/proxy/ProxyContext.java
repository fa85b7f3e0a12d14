// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.proxy;

import io.dcosnet.lb.internal.LbMetrics;
import io.dcosnet.netty.NetRuntime;

/** What all listeners and connections of one data path share. <b>Thread-safe.</b> */
record ProxyContext(NetRuntime net, ProxyConfig config, LbMetrics metrics, Observers observers) {}
