// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static io.dcosnet.gossip.protocol.ScriptedHost.address;
import static io.dcosnet.gossip.protocol.ScriptedHost.alive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.gossip.key.KeyState;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.gossip.wire.Fact;
import io.dcosnet.gossip.wire.Message;
import io.dcosnet.gossip.wire.Message.KeyRingState;
import io.dcosnet.testkit.RecordingMetrics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeySpreadTest {

  /** Two letters stand for the keys; the later one of the alphabet is the newer. */
  private static final class Letters implements KeyState {
    private String letters = "aa";

    @Override
    public Bytes state() {
      return Bytes.utf8(letters);
    }

    @Override
    public boolean merge(Bytes other) {
      String theirs = other.toUtf8();
      if (theirs.length() != 2) {
        throw new DecodeException("letters: " + theirs, 0);
      }
      String before = letters;
      letters =
          ""
              + (char) Math.max(letters.charAt(0), theirs.charAt(0))
              + (char) Math.max(letters.charAt(1), theirs.charAt(1));
      return !letters.equals(before);
    }
  }

  private final ScriptedHost host = new ScriptedHost(1);
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final Letters keys = new Letters();

  private Node node(boolean authenticated) {
    CoreSetup plain = ScriptedHost.setup(1, GossipSettings.lan(), authenticated, metrics);
    CoreSetup setup =
        new CoreSetup(
            plain.settings(),
            plain.id(),
            plain.epoch(),
            plain.profile(),
            plain.kept(),
            authenticated,
            plain.pool(),
            keys,
            null,
            metrics);
    Node node = new Node(setup, host);
    node.beliefs.learn(alive(2), new Hearsay(Hearsay.Channel.GOSSIP, address(2)));
    host.time.advance(Duration.ofSeconds(30));
    host.sent.clear();
    return node;
  }

  private static Message ring(String letters) {
    return new KeyRingState(Bytes.utf8(letters));
  }

  @Test
  void spreadsOurChanges() {
    Node node = node(true);
    keys.letters = "ba";
    node.keys.changed();
    host.time.advance(Duration.ofSeconds(30));

    assertThat(host.sentTo(2, KeyRingState.class)).contains((KeyRingState) ring("ba"));
  }

  @Test
  void passesOnWhatIsNewTogetherWithWhatItKnew() {
    Node node = node(true);
    keys.letters = "ba";
    node.keys.received(Bytes.utf8("ab"));
    host.time.advance(Duration.ofSeconds(30));

    assertThat(keys.letters).isEqualTo("bb");
    assertThat(host.sentTo(2, KeyRingState.class)).contains((KeyRingState) ring("bb"));
  }

  @Test
  void saysNothingOfWhatItKnows() {
    Node node = node(true);
    node.keys.received(Bytes.utf8("aa"));
    host.time.advance(Duration.ofSeconds(30));

    assertThat(host.sentTo(2, KeyRingState.class)).isEmpty();
    assertThat(metrics.count("dcosnet.gossip.key.rings", "result", "known")).isEqualTo(1);
  }

  @Test
  void neitherTakesNorTellsKeysWithoutEncryption() {
    Node node = node(false);
    node.keys.received(Bytes.utf8("bb"));
    node.keys.changed();
    host.time.advance(Duration.ofSeconds(30));

    assertThat(keys.letters).isEqualTo("aa");
    assertThat(host.sentTo(2, KeyRingState.class)).isEmpty();
    assertThat(metrics.count("dcosnet.gossip.key.rings", "result", "unsealed")).isEqualTo(1);
  }

  @Test
  void countsWhatIsNoKeyRing() {
    Node node = node(true);
    node.keys.received(Bytes.utf8("long"));

    assertThat(keys.letters).isEqualTo("aa");
    assertThat(metrics.count("dcosnet.gossip.key.rings", "result", "malformed")).isEqualTo(1);
  }

  /** A node that was away has missed what was said; it learns it with all else that it missed. */
  @Test
  void exchangesKeyRingsWithTheNodeThatItExchangesAllElseWith() {
    Node node = node(true);
    keys.letters = "ba";
    byte[] body =
        ScriptedHost.body(ring("ab"), new Message.SyncStart(false, 7, 3, (Fact.Alive) alive(2)));
    node.links.accepted(9, new LinkPeer(ScriptedHost.shortId(2), ScriptedHost.EPOCH, address(2)));

    node.links.frame(9, body, 0, body.length);

    assertThat(keys.letters).isEqualTo("bb");
    assertThat(host.sent)
        .extracting(ScriptedHost.Sent::link, ScriptedHost.Sent::message)
        .contains(tuple(9, ring("bb")));
    assertThat(host.closed).isEmpty();
  }

  @Test
  void spreadsTheSameRingOnce() {
    Node node = node(true);
    node.keys.changed();
    host.time.advance(Duration.ofSeconds(30));
    int sent = host.sentTo(2, KeyRingState.class).size();

    node.keys.changed();
    host.time.advance(Duration.ofSeconds(30));

    assertThat(sent).isPositive();
    assertThat(host.sentTo(2, KeyRingState.class)).hasSize(sent);
  }
}
