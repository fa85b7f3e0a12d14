// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.secure;

import static io.dcosnet.gossip.secure.Seals.key;
import static io.dcosnet.gossip.secure.Seals.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.key.PlainPolicy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSealTest {

  private final Seals.Node acceptor = node(2);
  private Talk one = Talk.opening(node(1));
  private Talk other = Talk.accepting(acceptor);

  @Test
  void bothSidesProveThemselvesAndThenTalk() {
    assertThatIllegalStateException().isThrownBy(() -> one.sealed("too early"));

    assertThat(Talk.greet(one, other)).isNull();

    assertThat(one.proven).containsExactly(0x1111_2222_3333_4402L);
    assertThat(other.proven).containsExactly(0x1111_2222_3333_4401L);
    assertThat(other.take(one.sealed("hello"))).isNull();
    assertThat(one.take(other.sealed("hello back"))).isNull();
    assertThat(other.take(one.sealed(""))).isNull();
    assertThat(other.frames).containsExactly("hello", "");
    assertThat(one.frames).containsExactly("hello back");
    assertThat(one.seal.isIncomplete()).isFalse();
  }

  @Test
  void withoutEncryptionTheyTalkPlain() {
    one = Talk.opening(node(1).keys(null));
    other = Talk.accepting(node(2).keys(null));

    assertThat(Talk.greet(one, other)).isNull();
    assertThat(other.take(one.sealed("hello"))).isNull();
    assertThat(other.frames).containsExactly("hello");
  }

  @Test
  void aNodeThatMissedARotationStillGetsIn() {
    KeyRing rotated = KeyRing.of(key(1));
    rotated.install(key(2));
    rotated.useAnyway(2);
    one = Talk.opening(node(1).keys(KeyRing.of(key(1))));
    other = Talk.accepting(node(2).keys(rotated));

    assertThat(Talk.greet(one, other)).isNull();
    assertThat(one.take(other.sealed("welcome"))).isNull();
    assertThat(one.frames).containsExactly("welcome");
  }

  /** The expected octets come from another implementation of the format. */
  @Test
  void theOctetsOfAStreamStayAsTheyAre() {
    assertThat(Talk.greet(one, other)).isNull();

    assertThat(HexFormat.of().formatHex(one.seal.hello()))
        .isEqualTo(
            "d70101019f86d081111122223333440101020301018bcfe56800000000000000"
                + "73d51abbd89cb8196f0efb6892f94d68");
    assertThat(HexFormat.of().formatHex(other.seal.hello()))
        .isEqualTo(
            "d70101019f86d081111122223333440201020302018bcfe56800000000000000"
                + "39722cbbf8b91a4b9045c5e6175f1001");
    assertThat(HexFormat.of().formatHex(one.replies.toByteArray()))
        .isEqualTo("000000114c3ebbc50a824229f91c4d7d72a353d2ec");
    assertThat(HexFormat.of().formatHex(other.replies.toByteArray()))
        .isEqualTo("000000117a2387d6e9f44a5260b073a7798d0301d9");
    assertThat(HexFormat.of().formatHex(one.sealed("hello")))
        .isEqualTo("000000165c355cab1f1635cfdcb339752ee3a5cc033e1df1f955");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 47, 48, 49, 1000})
  void octetsMayComeInPiecesOfAnySize(int size) {
    other.take(one.seal.hello());
    one.take(other.seal.hello());
    one.take(other.replies.toByteArray());
    Talk fresh = Talk.accepting(node(2)); // as the one before, but nothing has come yet
    String text = "long enough to be deflated ".repeat(100);
    byte[] all =
        ByteBuffer.allocate(10_000)
            .put(one.seal.hello())
            .put(one.replies.toByteArray())
            .put(one.sealed("hello"))
            .put(one.sealed(text))
            .put(one.sealed("end"))
            .array();
    int length = lengthOf(all);
    for (int at = 0; at < length; at += size) {
      int count = Math.min(size, length - at);
      assertThat(fresh.seal.accept(all, at, count, fresh)).isNull();
    }

    assertThat(fresh.frames).containsExactly("hello", text, "end");
    assertThat(fresh.seal.isIncomplete()).isFalse();
  }

  private static int lengthOf(byte[] padded) {
    int end = padded.length;
    while (padded[end - 1] == 0) {
      end--;
    }
    return end;
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] hello = one.seal.hello();
    other.take(hello);
    one.take(other.seal.hello());
    one.take(other.replies.toByteArray());
    byte[] proof = one.replies.toByteArray();
    byte[] frame = one.sealed("hello");
    byte[] all =
        ByteBuffer.allocate(hello.length + proof.length + frame.length)
            .put(hello)
            .put(proof)
            .put(frame)
            .array();
    for (int bit = 0; bit < 8 * all.length; bit++) {
      byte[] bent = all.clone();
      bent[bit / 8] ^= (byte) (1 << bit % 8);
      Talk fresh = Talk.accepting(node(2));

      SealFault fault = fresh.take(bent);

      assertThat(fresh.frames).as("bit %d", bit).isEmpty();
      // A greater length only makes the reader wait for what never comes.
      assertThat(fault != null || fresh.seal.isIncomplete()).as("bit %d", bit).isTrue();
    }
  }

  @Test
  void everyCutIsIncomplete() {
    assertThat(Talk.greet(one, other)).isNull();
    byte[] frame = one.sealed("hello");
    assertThat(other.take(Arrays.copyOf(frame, 3))).isNull();
    assertThat(other.seal.isIncomplete()).isTrue();
    for (int at = 3; at < frame.length; at++) {
      assertThat(other.frames).isEmpty();
      assertThat(other.seal.accept(frame, at, 1, other)).isNull();
    }
    assertThat(other.frames).containsExactly("hello");
    assertThat(other.seal.isIncomplete()).isFalse();
  }

  @Test
  void aFrameThatComesTwiceOrOutOfTurnEndsTheStream() {
    assertThat(Talk.greet(one, other)).isNull();
    byte[] first = one.sealed("first");
    byte[] second = one.sealed("second");

    assertThat(other.take(first)).isNull();
    assertThat(other.take(first)).isEqualTo(SealFault.AUTH);
    assertThat(other.take(second)).as("after a fault").isEqualTo(SealFault.AUTH);
    assertThat(acceptor.dropped(SealFault.AUTH)).isEqualTo(1);

    one = Talk.opening(node(1));
    other = Talk.accepting(node(2));
    assertThat(Talk.greet(one, other)).isNull();
    byte[] lost = one.sealed("lost");
    assertThat(lost).isNotEmpty();
    assertThat(other.take(one.sealed("next"))).isEqualTo(SealFault.AUTH);
    assertThat(other.frames).isEmpty();
  }

  @Test
  void plainFramesAreNoticedToComeTwiceToo() {
    one = Talk.opening(node(1).keys(null));
    other = Talk.accepting(node(2).keys(null));
    assertThat(Talk.greet(one, other)).isNull();
    byte[] first = one.sealed("first");

    assertThat(other.take(first)).isNull();
    assertThat(other.take(first)).isEqualTo(SealFault.AUTH);
  }

  @Test
  void aStreamThatIsPlayedAgainProvesNothing() {
    assertThat(Talk.greet(one, other)).isNull();
    StreamSetup setup = new StreamSetup(node(2).setup());
    StreamSeal again = StreamSeal.accepting(setup, new Random(3));

    assertThat(again.accept(one.seal.hello(), 0, StreamSeal.HELLO_OCTETS, other)).isNull();
    byte[] proof = one.replies.toByteArray();
    assertThat(again.accept(proof, 0, proof.length, other)).isEqualTo(SealFault.AUTH);
    assertThat(again.isProven()).isFalse();
  }

  @Test
  void ourOwnWordsSentBackProveNothing() {
    assertThat(one.take(one.seal.hello())).isEqualTo(SealFault.REPLAY);

    one = Talk.opening(node(1));
    assertThat(Talk.greet(one, other)).isNull();
    assertThat(one.take(one.sealed("echo"))).isEqualTo(SealFault.AUTH);
  }

  @Test
  void aWrongKeyAWrongLabelAndAMissingKeyHaveReasonsOfTheirOwn() {
    KeyRing another = KeyRing.of(new GossipKey(1, key(7).secret()));

    assertThat(Talk.greet(one, Talk.accepting(node(2).keys(another)))).isEqualTo(SealFault.AUTH);
    one = Talk.opening(node(1));
    assertThat(Talk.greet(one, Talk.accepting(node(2).label("other")))).isEqualTo(SealFault.LABEL);
    assertThat(Talk.greet(one, Talk.accepting(node(2).keys(KeyRing.of(key(7))))))
        .isEqualTo(SealFault.KEY);
    assertThat(Talk.greet(one, Talk.accepting(node(2).keys(null)))).isEqualTo(SealFault.KEY);
  }

  @Test
  void foreignTrafficIsKnownByItsFirstOctets() {
    assertThat(other.take(Seals.octets("GET / HTTP/1.1"))).isEqualTo(SealFault.MAGIC);
    other = Talk.accepting(node(2));
    assertThat(other.take(new byte[] {(byte) 0xd7, 9})).isEqualTo(SealFault.VERSION);
  }

  @Test
  void aPlainStreamIsTakenOnlyWhereThePolicySaysSo() {
    one = Talk.opening(node(1).keys(null));

    assertThat(Talk.greet(one, other)).isEqualTo(SealFault.AUTH);

    one = Talk.opening(node(1).keys(null));
    assertThat(Talk.greet(one, Talk.accepting(node(2).plain(PlainPolicy.SENT)))).isNull();
    one = Talk.opening(node(1).plain(PlainPolicy.SENT));
    other = Talk.accepting(node(2).plain(PlainPolicy.ACCEPTED));
    assertThat(Talk.greet(one, other)).isNull();
    assertThat(other.take(one.sealed("plain"))).isNull();
    assertThat(one.take(other.sealed("sealed"))).isNull();
  }

  @Test
  void eachSideMaySealWithAnotherKey() {
    KeyRing ahead = KeyRing.of(key(1));
    ahead.install(key(2));
    ahead.use(2);
    KeyRing behind = KeyRing.of(key(1));
    behind.install(key(2));
    one = Talk.opening(node(1).keys(ahead));
    other = Talk.accepting(node(2).keys(behind));

    assertThat(Talk.greet(one, other)).isNull();
    assertThat(other.take(one.sealed("new"))).isNull();
    assertThat(one.take(other.sealed("old"))).isNull();
  }

  @Test
  void longFramesAreDeflatedWhereThatHelps() {
    assertThat(Talk.greet(one, other)).isNull();
    String text = "some words, and again ".repeat(200);
    byte[] noise = new byte[10_000];
    new Random(5).nextBytes(noise);
    byte[] zeros = new byte[200_000];

    byte[] shorter = one.sealed(text);
    byte[] same = one.seal.seal(noise, noise.length);
    byte[] plain = one.seal.seal(zeros, zeros.length);

    assertThat(shorter.length).isLessThan(text.length() / 4);
    assertThat(same).hasSize(noise.length + 21);
    assertThat(plain).as("a ratio that readers refuse").hasSize(zeros.length + 21);
    assertThat(other.take(shorter)).isNull();
    assertThat(other.take(same)).isNull();
    assertThat(other.take(plain)).isNull();
    assertThat(other.frames).hasSize(3).startsWith(text);
    assertThat(other.frames.get(2)).isEqualTo(new String(zeros, StandardCharsets.UTF_8));
  }

  @Test
  void framesOfTheGreatestLengthPassAndLongerOnesDoNot() {
    assertThat(Talk.greet(one, other)).isNull();
    byte[] noise = new byte[StreamSeal.MAX_FRAME + 1];
    new Random(5).nextBytes(noise);

    assertThat(other.take(one.seal.seal(noise, StreamSeal.MAX_FRAME))).isNull();
    assertThat(other.frames).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> one.seal.seal(noise, noise.length));
  }

  @Test
  void aLengthBeyondTheLimitIsRefusedAtOnce() {
    for (int length : new int[] {StreamSeal.MAX_SEALED + 1, Integer.MAX_VALUE, -1}) {
      one = Talk.opening(node(1));
      other = Talk.accepting(node(2));
      assertThat(Talk.greet(one, other)).isNull();

      byte[] field = ByteBuffer.allocate(4).putInt(length).array();
      assertThat(other.take(field)).isEqualTo(SealFault.SIZE);
    }
  }
}
