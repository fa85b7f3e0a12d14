// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentTest {

  private final List<Integer> pushedOut = new ArrayList<>();
  private final Recent<Integer, String> recent = new Recent<>(3, 100, pushedOut::add);

  @Test
  void findsWhatItRemembers() {
    recent.put(1, "one", 0);

    assertThat(recent.find(1)).isEqualTo("one");
    assertThat(recent.find(2)).isNull();
  }

  @Test
  void forgetsTheOldestWhenItIsFull() {
    for (int key = 1; key <= 5; key++) {
      recent.put(key, "", key);
    }

    assertThat(recent.size()).isEqualTo(3);
    assertThat(recent.find(2)).isNull();
    assertThat(recent.find(3)).isNotNull();
    assertThat(pushedOut).containsExactly(1, 2);
  }

  @Test
  void forgetsAllThatIsTooOldWithoutAWord() {
    recent.put(1, "", 0);
    recent.put(2, "", 50);
    recent.put(3, "", 60);

    recent.put(4, "", 150);

    assertThat(recent.find(1)).isNull();
    assertThat(recent.find(2)).isNull();
    assertThat(recent.find(3)).isNotNull();
    assertThat(pushedOut).isEmpty();
  }
}
