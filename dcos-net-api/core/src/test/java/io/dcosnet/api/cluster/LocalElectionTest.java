// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.api.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dcosnet.api.spi.Leadership;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalElectionTest {

  private static final URI ONE = URI.create("http://192.0.2.1:62080");
  private static final URI TWO = URI.create("http://192.0.2.2:62080");

  @Test
  void aloneLeadsUntilItIsClosed() {
    LocalElection.Candidate alone = LocalElection.alone(ONE);
    assertThat(alone.leadership()).isEqualTo(new Leadership(1, true, ONE));

    alone.close();
    alone.close();

    assertThat(alone.leadership()).isEqualTo(new Leadership(1, false, null));
  }

  @Test
  void aSlowListenerGetsOnlyTheNewest() {
    LocalElection election = LocalElection.create();
    LocalElection.Candidate first = election.enter(ONE);
    LocalElection.Candidate second = election.enter(TWO);
    Deque<Runnable> work = new ArrayDeque<>();
    List<Leadership> told = new ArrayList<>();
    var unused = second.subscribe(work::add, told::add);

    first.close();
    second.close();
    work.remove().run();

    assertThat(told).containsExactly(new Leadership(1, false, null));
    assertThat(work).isEmpty();
  }

  @Test
  void aListenerMayLeaveWhileItIsTold() {
    LocalElection election = LocalElection.create();
    LocalElection.Candidate first = election.enter(ONE);
    LocalElection.Candidate second = election.enter(TWO);
    var unused =
        second.subscribe(
            Runnable::run,
            known -> {
              if (known.leads()) {
                second.close();
              }
            });

    first.close();

    assertThat(second.leadership()).isEqualTo(new Leadership(1, false, null));
    assertThat(election.enter(ONE).leadership().leads()).isTrue();
  }

  @Test
  void aLeaderWithoutAnAddressIsRefused() {
    assertThatThrownBy(() -> new Leadership(1, true, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Leadership(0, true, ONE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
