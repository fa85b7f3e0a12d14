// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.api.vip.Backend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class OptionVoteProperties {

  @Provide
  Arbitrary<Map<String, String>> attributes() {
    Arbitrary<String> values =
        Arbitraries.oneOf(
            Arbitraries.of("maglev", "random", "60", "v2", "prefer-zone", "5", "true"),
            Arbitraries.strings().ofMaxLength(4));
    return Arbitraries.maps(
        Arbitraries.of("policy", "affinity", "locality", "proxy", "connections", "other"), values);
  }

  @Property
  void comesToTheSameInWhateverOrderBackEndsAreKnown(
      @ForAll @Size(max = 8) List<@From("attributes") Map<String, String>> all, @ForAll long seed) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      HostPort place = new HostPort(IpAddress.ofIpv4(0xc0000201 + i), 80);
      Backend backend = new Backend(place, place.address(), 1, Backend.State.UP);
      candidates.add(new Candidate(backend, Reach.REACHED, i, "", new TreeMap<>(all.get(i))));
    }
    OptionVote vote = OptionVote.of(candidates, ServiceOptions.DEFAULTS);
    Collections.shuffle(candidates, new Random(seed));
    OptionVote again = OptionVote.of(candidates, ServiceOptions.DEFAULTS);
    assertThat(again.options()).isEqualTo(vote.options());
    assertThat(again.lost()).containsExactlyInAnyOrderElementsOf(vote.lost());
  }
}
