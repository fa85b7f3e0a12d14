// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.Member.State;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.Grade;
import io.dcosnet.gossip.member.Profile;
import io.dcosnet.gossip.member.ProtocolRange;
import io.dcosnet.testkit.VirtualTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventLinesTest {

  private static final NodeId SELF = NodeId.parse("00000000-0000-4000-8000-000000000001");
  private static final NodeId OTHER = NodeId.parse("00000000-0000-4000-8000-000000000002");
  private static final Profile PROFILE =
      new Profile(
          "other", List.of(HostPort.parse("192.0.2.2:7950")), Bytes.EMPTY, ProtocolRange.OURS);

  private final MemberNames names = new MemberNames(() -> SELF, "self");
  private final EventLines lines = new EventLines(names, new VirtualTime());

  @Test
  void namesAStateWhenItIsNewAndAChangeElse() {
    assertThat(event(null, State.ALIVE)).isEqualTo("alive");
    assertThat(event(State.ALIVE, State.SUSPECT)).isEqualTo("suspect");
    assertThat(event(State.SUSPECT, State.SUSPECT)).isEqualTo("changed");
    assertThat(event(State.SUSPECT, State.DEAD)).isEqualTo("dead");
    assertThat(event(State.ALIVE, State.LEFT)).isEqualTo("left");
    assertThat(event(State.DEAD, null)).isEqualTo("removed");
  }

  @Test
  void tellsWhoIsMeantAndWhoAccuses() {
    var line =
        lines.line(
            new GossipEvent.MemberChanged(
                OTHER,
                PROFILE,
                State.ALIVE,
                State.SUSPECT,
                List.of(new Accusation(SELF, Grade.CRASH))));

    assertThat(line.path("member").asText()).isEqualTo("other");
    assertThat(line.path("id").asText()).isEqualTo(OTHER.toString());
    assertThat(line.path("address").asText()).isEqualTo("192.0.2.2:7950");
    assertThat(line.path("accusations"))
        .hasToString("[{\"accuser\":\"self\",\"grade\":\"crash\"}]");
    assertThat(line.has("nanos")).isTrue();
  }

  @Test
  void knowsAMemberByItsNameUntilItIsRemoved() {
    event(null, State.ALIVE);
    assertThat(names.find("other")).contains(OTHER);
    assertThat(names.find(OTHER.toString())).contains(OTHER);
    assertThat(names.find("self")).contains(SELF);

    event(State.DEAD, null);

    assertThat(names.find("other")).isEmpty();
    assertThat(names.find(OTHER.toString())).isEmpty();
    assertThat(names.of(OTHER)).isEqualTo(OTHER.toString());
  }

  @Test
  void tellsOfWhatConcernsNoState() {
    assertThat(lines.line(new GossipEvent.Refused("192.0.2.9:7950", "other label")).toString())
        .contains("\"event\":\"refused\",\"peer\":\"192.0.2.9:7950\",\"reason\":\"other label\"");
    assertThat(lines.line(new GossipEvent.PartitionSuspected(5, 20)).toString())
        .contains("\"event\":\"partition-suspected\",\"suspects\":5,\"members\":20");
    assertThat(lines.line(new GossipEvent.Joined(OTHER, 2)).toString())
        .contains("\"event\":\"joined\",\"member\":\"" + OTHER + "\"")
        .contains("\"members\":2");
  }

  private String event(@Nullable State before, @Nullable State after) {
    return lines
        .line(new GossipEvent.MemberChanged(OTHER, PROFILE, before, after, List.of()))
        .path("event")
        .asText();
  }
}
