// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MasterListingTest {

  private static final Master ONE = master(1);
  private static final Master TWO = master(2);
  private static final Master THREE = master(3);

  private final Map<String, byte[]> nodes = new HashMap<>();

  private static Master master(int number) {
    return new Master(HostPort.parse("192.0.2." + number + ":5050"), "m" + number);
  }

  private void holds(int sequence, Master master) {
    String info =
        "{\"address\":{\"ip\":\"%s\",\"port\":%d,\"hostname\":\"%s\"}}"
            .formatted(master.endpoint().address(), master.endpoint().port(), master.hostname());
    nodes.put("json.info_%010d".formatted(sequence), info.getBytes(UTF_8));
  }

  private MasterListing read(HostPort... configured) {
    return MasterListing.of(nodes, List.of(configured), Masters.NONE);
  }

  @Test
  void theLowestSequenceLeads() {
    holds(12, TWO);
    holds(7, THREE);
    holds(99, ONE);
    nodes.put("log_replicas", new byte[0]);

    assertThat(read().masters().leader()).isEqualTo(THREE);
    assertThat(read().unreadable()).isEmpty();
  }

  @Test
  void theOrderOfTheListDoesNotFollowTheSequence() {
    holds(7, THREE);
    holds(12, TWO);
    holds(99, ONE);
    List<Master> before = read().masters().all();
    nodes.clear();
    holds(100, THREE);
    holds(101, ONE);
    holds(12, TWO);

    assertThat(before).containsExactly(ONE, TWO, THREE);
    assertThat(read().masters()).isEqualTo(new Masters(before, TWO));
  }

  @Test
  void configuredMastersComeFirstWhetherTheyAreThereOrNot() {
    holds(1, ONE);
    holds(2, THREE);

    assertThat(read(THREE.endpoint(), TWO.endpoint()).masters().all())
        .containsExactly(THREE, new Master(TWO.endpoint(), ""), ONE);
  }

  @Test
  void aMasterWithTwoSessionsIsListedOnce() {
    holds(1, ONE);
    holds(2, ONE);

    assertThat(read().masters()).isEqualTo(new Masters(List.of(ONE), ONE));
  }

  @Test
  void nobodyLeadsWhenTheLeadingNodeCannotBeRead() {
    nodes.put("json.info_0000000001", "{".getBytes(UTF_8));
    holds(2, TWO);

    assertThat(read().masters()).isEqualTo(new Masters(List.of(TWO), null));
    assertThat(read().unreadable()).containsOnlyKeys("json.info_0000000001");
  }

  @Test
  void keepsTheListWhenNobodyIsThere() {
    Masters before = new Masters(List.of(ONE, TWO), TWO);

    MasterListing listing = MasterListing.of(nodes, List.of(), before);

    assertThat(listing.masters()).isEqualTo(new Masters(List.of(ONE, TWO), null));
  }
}
