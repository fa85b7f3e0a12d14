// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One side of a stream, with all that came out of it. */
final class Talk implements StreamEvents {

  final StreamSetup setup;
  final StreamSeal seal;
  final ByteArrayOutputStream replies = new ByteArrayOutputStream();
  final List<String> frames = new ArrayList<>();
  final List<Long> proven = new ArrayList<>();

  private Talk(StreamSetup setup, StreamSeal seal) {
    this.setup = setup;
    this.seal = seal;
  }

  static Talk opening(Seals.Node node) {
    StreamSetup setup = new StreamSetup(node.setup());
    return new Talk(setup, StreamSeal.opening(setup, new Random(1)));
  }

  static Talk accepting(Seals.Node node) {
    StreamSetup setup = new StreamSetup(node.setup());
    return new Talk(setup, StreamSeal.accepting(setup, new Random(2)));
  }

  /** Both sides greet and prove themselves; what a side refuses ends it. */
  static @Nullable SealFault greet(Talk one, Talk other) {
    SealFault first = other.take(one.seal.hello());
    if (first != null) {
      return first;
    }
    SealFault second = one.take(other.seal.hello());
    if (second != null) {
      return second;
    }
    SealFault third = other.take(one.replies.toByteArray());
    return third != null ? third : one.take(other.replies.toByteArray());
  }

  @Nullable SealFault take(byte[] octets) {
    return seal.accept(octets, 0, octets.length, this);
  }

  byte[] sealed(String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    return seal.seal(content, content.length);
  }

  @Override
  public void reply(byte[] octets) {
    if (octets.length != StreamSeal.HELLO_OCTETS) { // that is handed over by those who greet
      replies.writeBytes(octets);
    }
  }

  @Override
  public void proven(long shortId, long epoch) {
    proven.add(shortId);
  }

  @Override
  public void frame(byte[] octets, int offset, int length) {
    frames.add(new String(octets, offset, length, StandardCharsets.UTF_8));
  }
}
