// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import java.security.Key;
import java.util.zip.CRC32C;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/** Puts bodies into envelopes. <b>Not thread-safe.</b> */
final class DatagramSealer {

  static final int CRC_OCTETS = 4;

  private final SealSetup setup;
  private final SenderKeys derived;
  private final Aead aead = new Aead();
  private final CRC32C sum = new CRC32C();
  private final int tag;
  private final byte[] label;
  private final byte[] aad;
  private final byte[] nonce = new byte[Header.NONCE_OCTETS];

  private long shortId;
  private int salt;
  private long counter;
  private @Nullable Active active;

  /** What is sealed with, and the key of the ring that it comes from. */
  private record Active(GossipKey from, Key key) {}

  DatagramSealer(SealSetup setup, SenderKeys derived, long counter) {
    this.setup = setup;
    this.derived = derived;
    this.tag = setup.label().tag();
    this.label = setup.label().octets().toArray();
    this.aad = new byte[Header.OCTETS + label.length];
    System.arraycopy(label, 0, aad, Header.OCTETS, label.length);
    this.shortId = setup.shortId();
    this.salt = setup.salt();
    this.counter = counter;
  }

  int salt() {
    return salt;
  }

  /** Seals under another identity from now on. */
  void identity(long shortId) {
    this.shortId = shortId;
    this.active = null;
  }

  int seal(byte[] body, int length, byte[] out) {
    KeyRing ring = setup.sealing() ? setup.keys() : null;
    next();
    if (ring == null) {
      return plain(body, length, out);
    }
    Active with = active(ring);
    Header.write(out, with.from.id(), tag, shortId, salt, setup.epoch(), counter);
    System.arraycopy(out, 0, aad, 0, Header.OCTETS);
    System.arraycopy(out, Header.NONCE_OFFSET, nonce, 0, Header.NONCE_OCTETS);
    GCMParameterSpec spec = new GCMParameterSpec(8 * Aead.TAG_OCTETS, nonce);
    return Header.OCTETS
        + aead.seal(with.key, spec, aad, aad.length, body, 0, length, out, Header.OCTETS);
  }

  private int plain(byte[] body, int length, byte[] out) {
    Header.write(out, 0, tag, shortId, salt, setup.epoch(), counter);
    System.arraycopy(body, 0, out, Header.OCTETS, length);
    int end = Header.OCTETS + length;
    int crc = crc(sum, out, 0, end, label);
    for (int i = 0; i < CRC_OCTETS; i++) {
      out[end + i] = (byte) (crc >>> (24 - 8 * i));
    }
    return end + CRC_OCTETS;
  }

  /** The check sum of what is not sealed: header, body and label. */
  static int crc(CRC32C sum, byte[] octets, int at, int length, byte[] label) {
    sum.reset();
    sum.update(octets, at, length);
    sum.update(label, 0, label.length);
    return (int) sum.getValue();
  }

  private void next() {
    if (counter == SealSetup.MAX_48) {
      // A nonce must never come twice under one key. The next salt gives another key, and no
      // earlier start has used it with this epoch.
      salt++;
      counter = 0;
      active = null;
    }
    counter++;
  }

  private Active active(KeyRing ring) {
    GossipKey now = ring.primary();
    Active known = active;
    if (known == null || !now.equals(known.from)) {
      known = new Active(now, derived.datagrams(now, shortId, salt));
      active = known;
    }
    return known;
  }
}
