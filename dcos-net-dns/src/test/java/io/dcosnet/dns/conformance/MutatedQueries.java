// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.conformance;

import io.dcosnet.testkit.dns.ZoneUnderTest.Role;
import io.dcosnet.testkit.dns.raw.RawDns;
import io.dcosnet.testkit.dns.raw.RawName;
import io.dcosnet.testkit.dns.raw.TcpLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Good queries of all kinds, each damaged in one to six places: octets changed, bits flipped, cut
 * off, doubled, lengthened. The same seed gives the same ones. <b>Confined to</b> one thread.
 */
final class MutatedQueries {

  private static final int[] TYPES = {1, 28, 33, 5, 6, 2, 255, 251, 252, 16, 65280, 41, 0};
  private static final int[] SALT = {0, 1, 0x3f, 0x40, 0x41, 0x80, 0xc0, 0xff, 41, 10};

  private final RandomGenerator random;
  private final List<RawName> names = new ArrayList<>();

  MutatedQueries(RandomGenerator random) {
    this.random = random;
    for (Role role : Role.values()) {
      RawName name = Objects.requireNonNull(StandardZone.UNDER_TEST.name(role));
      names.add(name);
      names.add(name.below("x").withMixedCase());
    }
    names.add(StandardZone.UNDER_TEST.origin().filledUpTo(255));
    names.add(RawName.of("www.outside.example."));
    names.add(RawName.ROOT);
  }

  /** Another damaged query. */
  byte[] next() {
    byte[] message = good();
    int damages = 1 + random.nextInt(6);
    for (int i = 0; i < damages; i++) {
      message = damaged(message);
    }
    return message;
  }

  private byte[] good() {
    RawName name = names.get(random.nextInt(names.size()));
    RawDns query =
        RawDns.query(name, TYPES[random.nextInt(TYPES.length)])
            .id(random.nextInt(0x6000)) // never the one of a good query
            .flags(random.nextInt(4) == 0 ? 0x0100 : 0);
    if (random.nextBoolean()) {
      byte[] option = RawDns.option(random.nextInt(20), new byte[random.nextInt(24)]);
      query.opt(random.nextInt(5000), 0, random.nextBoolean() ? 0x8000 : 0, option);
    }
    return query.octets();
  }

  private byte[] damaged(byte[] message) {
    if (message.length < 3) {
      return message;
    }
    int at = 2 + random.nextInt(message.length - 2); // the id tells answers apart
    switch (random.nextInt(8)) {
      case 0 -> message[at] = (byte) random.nextInt(256);
      case 1 -> message[at] ^= (byte) (1 << random.nextInt(8));
      case 2, 3 -> message[at] = (byte) SALT[random.nextInt(SALT.length)];
      case 4 -> message[2 + random.nextInt(Math.min(10, message.length - 2))] ^= 1;
      case 5 -> {
        return Arrays.copyOf(message, at);
      }
      case 6 -> {
        return Arrays.copyOf(message, message.length + random.nextInt(64));
      }
      default -> {
        byte[] doubled = Arrays.copyOf(message, message.length + message.length - at);
        System.arraycopy(message, at, doubled, message.length, message.length - at);
        return doubled;
      }
    }
    return message;
  }

  /** One to three damaged queries behind their lengths, of which every other one lies. */
  byte[] frames() {
    List<byte[]> messages = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      messages.add(next());
    }
    byte[] frames = TcpLine.framed(messages);
    if (random.nextBoolean()) {
      frames[random.nextInt(2)] = (byte) random.nextInt(256);
    }
    return frames;
  }
}
