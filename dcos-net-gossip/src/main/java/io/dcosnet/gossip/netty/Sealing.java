// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.netty;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.protocol.LinkPeer;

/**
 * What is between messages and sockets: envelopes, checks, encryption. For one thread.
 */
public interface Sealing {

  /** Gets what an envelope held. */
  interface Opened {
    /** The envelope was in order. */
    void body(long sender, byte[] octets, int offset, int length);

    /** It was not; {@code reason} is for counting. */
    void refused(String reason);
  }

  /** Gets what came on a stream. */
  interface StreamInput {
    /** The hello of the other side; not proven before the first frame. */
    void hello(LinkPeer peer);

    void frame(byte[] octets, int offset, int length);

    /** Nothing more comes of this stream; {@code reason} is for counting. */
    void refused(String reason);
  }

  /** One stream; both directions. */
  interface Stream {
    /** What to send first. */
    byte[] hello();

    /** Takes what came, in any pieces. */
    void received(byte[] octets, int offset, int length, StreamInput input);

    /** The octets to send for a frame; only after the hello of the other side came. */
    byte[] seal(byte[] frame, int length);
  }

  /**
   * Puts a body into an envelope.
   *
   * @param into is long enough for the body and 48 octets
   * @return length of the datagram
   */
  int seal(byte[] body, int length, byte[] into);

  /** Takes a datagram out of its envelope. */
  void open(HostPort from, byte[] datagram, int length, Opened opened);

  /**
   * A new stream with that address.
   *
   * @param opening whether we open it
   */
  Stream stream(HostPort remote, boolean opening);
}
