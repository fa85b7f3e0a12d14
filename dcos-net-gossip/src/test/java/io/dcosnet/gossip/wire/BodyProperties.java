// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.gossip.wire.BodyReader.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** What was written is read again; what was damaged is left out, and nothing else. */
class BodyProperties {

  private static final Message.KeepAlive LAST = new Message.KeepAlive(true);

  @Provide
  Arbitrary<Message> messages() {
    return Messages.all();
  }

  @Provide
  Arbitrary<List<Message>> bodies() {
    return Messages.all().list().ofMaxSize(5);
  }

  @Property
  void readsWhatWasWritten(@ForAll("bodies") List<Message> messages) {
    Taken taken = Taken.of(bodyOf(messages));

    assertThat(taken.messages).isEqualTo(messages);
    assertThat(taken.faults).isEmpty();
  }

  @Property
  void readsTheSameWithKnownFacts(@ForAll("bodies") List<Message> messages) {
    KnownFacts known = new KnownFacts(2);
    byte[] body = bodyOf(messages);

    Taken first = Taken.of(body, known);
    Taken second = Taken.of(body, known);

    assertThat(first.messages).isEqualTo(messages);
    assertThat(second.messages).isEqualTo(messages);
  }

  @Property
  void appendsNothingThatDoesNotFit(@ForAll("messages") Message message) {
    byte[] whole = bodyOf(List.of(message));
    BodyWriter exact = new BodyWriter(whole.length + 4);
    BodyWriter less = new BodyWriter(whole.length + 3);
    assertThat(exact.add(LAST) && exact.add(message)).isTrue();
    assertThat(less.add(LAST)).isTrue();

    assertThat(less.add(message)).isFalse();

    assertThat(less.length()).isEqualTo(4);
    assertThat(exact.free()).isZero();
    assertThat(Taken.of(Arrays.copyOf(less.octets(), 4)).messages).containsExactly(LAST);
  }

  /** What stands before the cut is taken, and the rest is named broken. */
  @Property
  void losesOnlyWhatWasCutOff(
      @ForAll("messages") Message message, @ForAll @IntRange(max = 1 << 20) int cut) {
    byte[] body = bodyOf(List.of(LAST, message));
    int kept = 4 + 1 + cut % (body.length - 5);

    Taken taken = Taken.of(Arrays.copyOf(body, kept));

    assertThat(taken.messages).startsWith(LAST).hasSizeLessThanOrEqualTo(1);
    assertThat(taken.faults).isNotEmpty();
  }

  /** A payload that is shorter than its message needs, with a length that agrees. */
  @Property
  void refusesAMessageThatIsTooShortAndTakesTheNext(
      @ForAll("messages") Message message, @ForAll @IntRange(max = 1 << 20) int cut) {
    byte[] whole = bodyOf(List.of(message));
    if (message instanceof Message.Mail
        || message instanceof Message.KeyRingState
        || message instanceof Message.SyncEntries
        || message instanceof Message.SyncFetch
        || whole.length == 3) {
      return; // these may end anywhere, or where an entry does
    }
    int length = cut % (whole.length - 3);
    byte[] body = Arrays.copyOf(whole, 3 + length + 4);
    body[1] = (byte) (length >> 8);
    body[2] = (byte) length;
    System.arraycopy(bodyOf(List.of(LAST)), 0, body, 3 + length, 4);

    Taken taken = Taken.of(body);

    assertThat(taken.messages).containsExactly(LAST);
    assertThat(taken.faults).containsExactly(Fault.MALFORMED);
  }

  @Property
  void survivesEveryFlippedBit(
      @ForAll("bodies") List<Message> messages, @ForAll @IntRange(max = 1 << 20) int place) {
    byte[] body = bodyOf(messages);
    if (body.length == 0) {
      return;
    }
    int bit = place % (8 * body.length);
    body[bit / 8] ^= (byte) (1 << bit % 8);

    Taken.of(body).check(body.length);
  }

  /** What is read of any octets can be written, and is then read as the same. */
  @Property(tries = 3000)
  void readsAnyOctetsWithoutFailing(@ForAll byte[] octets) {
    Taken taken = Taken.of(octets);

    taken.check(octets.length);
    assertThat(Taken.of(bodyOf(taken.messages)).messages).isEqualTo(taken.messages);
  }

  /** Random payloads behind headers that are right, from a fixed seed. */
  @Property(tries = 1)
  void readsAHundredThousandRandomBodiesWithoutFailing() {
    Random random = new Random(5);
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] body = new byte[3 + random.nextInt(120)];
      random.nextBytes(body);
      body[0] = (byte) TYPES[random.nextInt(TYPES.length)];
      body[1] = 0;
      body[2] = (byte) (body.length - 3);
      Taken taken = Taken.of(body);
      taken.check(body.length);
      read += taken.messages.size();
      assertThat(Taken.of(bodyOf(taken.messages)).messages).isEqualTo(taken.messages);
    }
    assertThat(read).isGreaterThan(1000);
  }

  private static final int[] TYPES = {
    0x01, 0x02, 0x03, 0x04, 0x05, 0x10, 0x11, 0x12, 0x13, 0x20, 0x30, 0x31, 0x32, 0x33, 0x40, 0x50,
    0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58
  };

  static byte[] bodyOf(List<? extends Message> messages) {
    BodyWriter writer = new BodyWriter(6 * BodyWriter.LARGEST_MESSAGE);
    for (Message message : messages) {
      assertThat(writer.add(message)).isTrue();
    }
    return Arrays.copyOf(writer.octets(), writer.length());
  }

  /** What a reader said of a body that stands in the middle of an array. */
  static final class Taken {
    final List<Message> messages = new ArrayList<>();
    final List<Fault> faults = new ArrayList<>();

    static Taken of(byte[] body) {
      return of(body, null);
    }

    static Taken of(byte[] body, @Nullable KnownFacts known) {
      byte[] around = new byte[body.length + 9];
      Arrays.fill(around, (byte) 0x57);
      System.arraycopy(body, 0, around, 5, body.length);
      Taken taken = new Taken();
      BodyReader.read(around, 5, body.length, known, taken.messages::add, taken.faults::add);
      return taken;
    }

    /** At most one message or fault for each three octets, and one for what is left. */
    void check(int octets) {
      assertThat(messages.size() + faults.size()).isLessThanOrEqualTo(octets / 3 + 1);
    }
  }
}
