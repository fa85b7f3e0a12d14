// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Task;
import io.dcosnet.api.vip.VipKey;
import io.dcosnet.lb.VipSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChangedVipsTest {

  private final ApiRig rig = new ApiRig();
  private final List<String> comparisons = new ArrayList<>();
  private final ChangedVips changes =
      new ChangedVips(
          (before, after) -> {
            comparisons.add(before.version() + "-" + after.version());
            return ChangedVips.compare(before, after);
          });

  @Test
  void comparesTwoSnapshotsOnceForAllWhoWatch() {
    rig.run("web", 31001, "/web:80");
    rig.run("db", 31002, "/db:5432");
    VipSnapshot before = look();
    rig.run("more", 31003, "/web:80");
    VipSnapshot after = look();
    assertThat(changes.between(null, before)).hasSize(2);
    changes.between(before, before);
    for (int watcher = 0; watcher < 100; watcher++) {
      assertThat(hosts(before, after)).containsExactly("web.marathon");
    }
    assertThat(comparisons).hasSize(1);
  }

  @Test
  void addsUpTheStepsForWhoIsBehind() {
    Task first = rig.run("a", 31001, "/a:80");
    List<VipSnapshot> all = new ArrayList<>(List.of(look()));
    for (String name : List.of("b", "c", "d")) {
      rig.run(name, 31002, "/" + name + ":80");
      all.add(look());
    }
    rig.tasks.remove(first.key());
    rig.settle();
    all.add(look());
    for (int i = 0; i < all.size(); i++) {
      changes.between(all.get(Math.max(0, i - 1)), all.get(i));
    }
    int made = comparisons.size();
    for (int from = 0; from < all.size(); from++) {
      for (int to = from; to < all.size(); to++) {
        assertThat(changes.between(all.get(from), all.get(to)))
            .containsExactlyInAnyOrderElementsOf(ChangedVips.compare(all.get(from), all.get(to)));
      }
    }
    assertThat(comparisons).hasSize(made);
    assertThat(hosts(all.get(0), all.get(4)))
        .containsExactlyInAnyOrder("a.marathon", "b.marathon", "c.marathon", "d.marathon");
  }

  @Test
  void comparesForItselfWhoeverIsTooFarBehind() {
    rig.run("a", 31001, "/a:80");
    VipSnapshot before = look();
    changes.between(before, before);
    for (int i = 0; i <= ChangedVips.MOST_STEPS; i++) {
      rig.run("b" + i, 31002 + i, "/b:80");
      VipSnapshot now = look();
      changes.between(now, now);
    }
    int made = comparisons.size();
    assertThat(hosts(before, look())).containsExactly("b.marathon");
    assertThat(comparisons).hasSize(made + 1);
  }

  private List<String> hosts(VipSnapshot before, VipSnapshot after) {
    return changes.between(before, after).stream().map(VipKey::host).toList();
  }

  private VipSnapshot look() {
    CompletableFuture<VipSnapshot> look = rig.vips.inspect().snapshot().toCompletableFuture();
    rig.time.runReady();
    return look.join();
  }
}
