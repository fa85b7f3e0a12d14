// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

/** What comes out of a stream; called from within {@link StreamSeal#accept}. */
public interface StreamEvents {

  /** Octets that must be written at once, behind what was written before. A new array. */
  void reply(byte[] octets);

  /**
   * The other side has proven that it has the key of the cluster, or said who it is where nothing
   * is sealed. Comes once, before the first frame.
   */
  void proven(long shortId, long epoch);

  /** A whole frame; the array is used again after the call. */
  void frame(byte[] octets, int offset, int length);
}
