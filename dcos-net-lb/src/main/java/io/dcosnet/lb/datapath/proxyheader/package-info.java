// SPDX-License-Identifier: Apache-2.0
/**
 * The PROXY protocol, by which one proxy tells the next who the client is: pure reading and writing
 * of its headers, versions 1 and 2. Start reading at {@link
 * io.dcosnet.lb.datapath.proxyheader.ProxyHeader}.
 */
@NullMarked
package io.dcosnet.lb.datapath.proxyheader;

import org.jspecify.annotations.NullMarked;
