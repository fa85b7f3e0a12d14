// SPDX-License-Identifier: Apache-2.0
/**
 * nftables from within the process, in two halves: {@link io.dcosnet.linux.nft.Nftables} for
 * tables, chains and rules, which change rarely and are best written as text, and {@link
 * io.dcosnet.linux.nft.NftSocket} for elements of sets and maps, which change often and then cost
 * some microseconds each, however large the table is.
 */
@NullMarked
package io.dcosnet.linux.nft;

import org.jspecify.annotations.NullMarked;
