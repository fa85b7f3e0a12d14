// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import java.security.Key;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Takes bodies out of envelopes. The cheap questions come first, and nothing is remembered of a
 * sender before its seal was found in order. <b>Not thread-safe.</b>
 */
final class DatagramOpener {

  /** How long after our start an earlier start of a sender may still be heard. */
  private static final long GRACE = TimeUnit.SECONDS.toNanos(60);

  private final SealSetup setup;
  private final SenderKeys derived;
  private final SealFigures figures;

  /** For senders without a cipher of their own. */
  private final Aead aead = new Aead();

  private final CRC32C sum = new CRC32C();
  private final int tag;
  private final byte[] label;
  private final byte[] aad;
  private final byte[] nonce = new byte[Header.NONCE_OCTETS];
  private final byte[] opened;
  final Sources sources;
  final Senders senders = new Senders();

  private boolean grace = true;
  private byte[] body;
  private int bodyOffset;
  private int bodyLength;
  private long sender;
  private long epoch;
  private int unknownKey;

  DatagramOpener(SealSetup setup, SenderKeys derived, SealFigures figures) {
    this.setup = setup;
    this.derived = derived;
    this.figures = figures;
    this.tag = setup.label().tag();
    this.label = setup.label().octets().toArray();
    this.aad = new byte[Header.OCTETS + label.length];
    System.arraycopy(label, 0, aad, Header.OCTETS, label.length);
    this.opened = new byte[setup.maxDatagram()];
    this.body = opened;
    this.sources = new Sources(setup.allowed(), setup.startNanos());
  }

  byte[] body() {
    return body;
  }

  int bodyOffset() {
    return bodyOffset;
  }

  int bodyLength() {
    return bodyLength;
  }

  long sender() {
    return sender;
  }

  long epoch() {
    return epoch;
  }

  /** Id of the last key that was asked for and is not there; 0 for none. */
  int unknownKey() {
    return unknownKey;
  }

  @Nullable SealFault open(
      IpAddress from, byte[] octets, int at, int length, long ownId, int ownSalt, long now) {
    if (!sources.allows(from)) {
      return SealFault.CIDR;
    }
    if (length > setup.maxDatagram()) {
      return SealFault.SIZE;
    }
    SealFault form = Header.check(octets, at, length, tag);
    if (form != null) {
      return form;
    }
    sender = Header.shortId(octets, at);
    epoch = Header.epoch(octets, at);
    if (sender == ownId && Header.salt(octets, at) == ownSalt) {
      return SealFault.REPLAY; // our own words, sent back
    }
    int keyId = Header.keyId(octets, at);
    return keyId == 0 ? plain(octets, at, length) : sealed(from, octets, at, length, keyId, now);
  }

  /** Without proof of the sender nothing may depend on its counters: anybody could spoil them. */
  private @Nullable SealFault plain(byte[] octets, int at, int length) {
    int end = at + length - DatagramSealer.CRC_OCTETS;
    if (!setup.takesPlain() || end < at + Header.OCTETS) {
      return SealFault.AUTH;
    }
    int told = 0;
    for (int i = 0; i < DatagramSealer.CRC_OCTETS; i++) {
      told = told << 8 | (octets[end + i] & 0xff);
    }
    if (told != DatagramSealer.crc(sum, octets, at, end - at, label)) {
      return SealFault.AUTH;
    }
    body = octets;
    bodyOffset = at + Header.OCTETS;
    bodyLength = end - bodyOffset;
    return null;
  }

  private @Nullable SealFault sealed(
      IpAddress from, byte[] octets, int at, int length, int keyId, long now) {
    KeyRing ring = setup.keys();
    GossipKey ringKey = ring == null ? null : ring.find(keyId);
    if (ringKey == null) {
      unknownKey = keyId;
      return SealFault.KEY;
    }
    if (length < Header.OCTETS + Aead.TAG_OCTETS) {
      return SealFault.AUTH;
    }
    long counter = Header.counter(octets, at);
    int salt = Header.salt(octets, at);
    Senders.Sender known = senders.find(sender);
    Senders.Run run = known == null ? null : known.find(salt, epoch);
    if (counter == 0 || isOld(known, run, now) || (run != null && run.window.seen(counter))) {
      return SealFault.REPLAY;
    }
    Key key = run == null ? null : run.key(ringKey);
    boolean fresh = key == null;
    if (key == null) {
      boolean unproven = run == null;
      if ((unproven && sources.ignores(from, now)) || !sources.mayDerive(from, now)) {
        return SealFault.RATE;
      }
      key = derived.datagrams(ringKey, sender, salt);
      figures.derived();
    }
    Aead own = known == null ? null : known.aead();
    if (!decrypt(own == null ? aead : own, key, octets, at, length)) {
      if (fresh) {
        sources.failed(from, now);
      }
      return SealFault.AUTH;
    }
    if (run == null) {
      run = new Senders.Run(salt, epoch, ringKey, key);
      senders.add(sender, run);
    } else if (fresh) {
      run.rekey(ringKey, key);
    }
    run.window.take(counter);
    return null;
  }

  private boolean isOld(Senders.@Nullable Sender known, Senders.@Nullable Run run, long now) {
    if (known == null) {
      return false;
    }
    if (epoch < known.epoch() && !inGrace(now)) {
      return true;
    }
    return run == null && !known.hasRoom(epoch);
  }

  private boolean inGrace(long now) {
    if (grace && now - setup.startNanos() >= GRACE) {
      grace = false;
    }
    return grace;
  }

  private boolean decrypt(Aead with, Key key, byte[] octets, int at, int length) {
    System.arraycopy(octets, at, aad, 0, Header.OCTETS);
    System.arraycopy(octets, at + Header.NONCE_OFFSET, nonce, 0, Header.NONCE_OCTETS);
    int count =
        with.open(
            key,
            new GCMParameterSpec(8 * Aead.TAG_OCTETS, nonce),
            aad,
            aad.length,
            octets,
            at + Header.OCTETS,
            length - Header.OCTETS,
            opened,
            0);
    if (count < 0) {
      return false;
    }
    body = opened;
    bodyOffset = 0;
    bodyLength = count;
    return true;
  }
}
