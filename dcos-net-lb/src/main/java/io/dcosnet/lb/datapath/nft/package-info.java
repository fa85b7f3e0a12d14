// SPDX-License-Identifier: Apache-2.0

/**
 * VIPs as redirections by nftables, for local processes and for packets that come in; start reading
 * at {@link io.dcosnet.lb.datapath.nft.NftDataPath}, and for the layout of the table at {@code
 * Layout} and {@code Rules}.
 */
@NullMarked
package io.dcosnet.lb.datapath.nft;

import org.jspecify.annotations.NullMarked;
