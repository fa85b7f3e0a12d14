// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import io.dcosnet.api.net.HostPort;

/**
 * Who is at the other end of a link, as its hello said; proven by the first frame that could be
 * opened.
 *
 * @param shortId of its node
 * @param epoch of its start
 * @param remote address of its end; its port is no listening port where it opened the link
 */
public record LinkPeer(long shortId, long epoch, HostPort remote) {}
