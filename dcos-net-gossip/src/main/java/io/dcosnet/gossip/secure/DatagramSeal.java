// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The envelopes of a node's datagrams: seals what it sends, opens what it gets, and counts what it
 * does not take.
 *
 * <p>An envelope is a header of 32 octets, the body, and a tag of 16. The body is sealed with
 * AES-256-GCM under a key of this start of this node; the nonce is its epoch and a counter; header
 * and label of the cluster are authenticated with it. Without encryption the body is plain, with a
 * CRC-32C of 4 octets over header, body and label, which finds accidents only; nothing is known of
 * repetitions then.
 *
 * <p><b>Not thread-safe:</b> one loop uses it. Time comes as an argument, in nanoseconds.
 */
public final class DatagramSeal {

  /** Octets that an envelope adds to a body at most. */
  public static final int OVERHEAD = Header.OCTETS + Aead.TAG_OCTETS;

  private final DatagramSealer sealer;
  private final DatagramOpener opener;
  private final SealFigures figures;
  private long shortId;

  public DatagramSeal(SealSetup setup) {
    this(setup, 0);
  }

  /** Begins behind this counter. */
  DatagramSeal(SealSetup setup, long counter) {
    SenderKeys derived = new SenderKeys(setup.label());
    this.figures = new SealFigures(setup.metrics());
    this.sealer = new DatagramSealer(setup, derived, counter);
    this.opener = new DatagramOpener(setup, derived, figures);
    this.shortId = setup.shortId();
  }

  /**
   * Puts a body into an envelope.
   *
   * @param body from 0 to {@code length}
   * @param out room for {@code length} + {@link #OVERHEAD}; another array than {@code body}
   * @return octets of the datagram, from 0 on
   */
  public int seal(byte[] body, int length, byte[] out) {
    return sealer.seal(body, length, out);
  }

  /**
   * Takes the body out of an envelope; what was found is told by the methods below until the next
   * call.
   *
   * @return why it is not taken, counted already; null when all is well
   */
  public @Nullable SealFault open(
      IpAddress from, byte[] datagram, int offset, int length, long nowNanos) {
    SealFault fault = opener.open(from, datagram, offset, length, shortId, sealer.salt(), nowNanos);
    if (fault != null) {
      figures.dropped(fault);
    }
    return fault;
  }

  /** Where the body lies: an array of our own, or the datagram itself. Not to be kept. */
  public byte[] body() {
    return opener.body();
  }

  public int bodyOffset() {
    return opener.bodyOffset();
  }

  public int bodyLength() {
    return opener.bodyLength();
  }

  /** Short id of who sealed it; only a claim when it was plain. */
  public long sender() {
    return opener.sender();
  }

  /** Epoch of who sealed it. */
  public long epoch() {
    return opener.epoch();
  }

  /** Makes room for a cluster of so many members; cheap, to be called when their number changes. */
  public void expect(int members) {
    opener.senders.expect(members);
  }

  /** Takes another identity: this one was found cloned. */
  public void identity(long shortId) {
    this.shortId = shortId;
    sealer.identity(shortId);
  }

  /** Hears these networks from now on, all when there are none. */
  public void allow(List<Cidr> networks) {
    opener.sources.allow(networks);
  }

  /** Whether connections from there are heard; counts those that are not. */
  public boolean allows(IpAddress address) {
    boolean allowed = opener.sources.allows(address);
    if (!allowed) {
      figures.dropped(SealFault.CIDR);
    }
    return allowed;
  }

  /** Id of the last key that a datagram asked for and that is not in the ring; 0 for none. */
  public int unknownKey() {
    return opener.unknownKey();
  }
}
