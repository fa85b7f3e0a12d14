// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.States.json;
import static io.dcosnet.sources.mesos.States.onlyTask;
import static io.dcosnet.sources.mesos.States.read;
import static io.dcosnet.sources.mesos.States.task;
import static io.dcosnet.sources.mesos.States.withTasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Task;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time limits here are far above what a slow machine needs, far below anything quadratic. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MesosStateReaderHostileTest {

  @Test
  void readsTenThousandTasksOfOneName() {
    String[] tasks = new String[10_000];
    for (int i = 0; i < tasks.length; i++) {
      tasks[i] = task("web." + i, ",'resources':{'ports':'[31000-31001]'}");
    }

    MesosState state = read(withTasks(tasks));

    assertThat(state.cluster().tasks()).hasSize(10_000);
    assertThat(state.cluster().tasksNamed("F1", "web")).hasSize(10_000);
    assertThat(state.rejections()).isEmpty();
  }

  @Test
  void readsTasksWhoseIdsCollideInEveryHashTable() {
    int bits = 15;
    String[] tasks = new String[1 << bits];
    for (int i = 0; i < tasks.length; i++) {
      StringBuilder id = new StringBuilder(2 * bits);
      for (int bit = 0; bit < bits; bit++) {
        id.append((i >> bit & 1) == 0 ? "Aa" : "BB"); // equal hash codes
      }
      tasks[i] = task(id.toString(), "");
    }

    MesosState state = read(withTasks(tasks));

    assertThat(state.cluster().tasks()).hasSize(1 << bits);
  }

  @Test
  void readsADocumentOfFiftyMegabytes() {
    ByteArrayOutputStream document = new ByteArrayOutputStream(55_000_000);
    document.writeBytes(
        json("{'leader':'master@192.0.2.5:5050','completed_frameworks':[{'tasks':["));
    byte[] done =
        json(task("done", ",'labels':[{'key':'padding','value':'" + "x".repeat(900) + "'}]"));
    while (document.size() < 50_000_000) {
      document.writeBytes(done);
      document.write(',');
    }
    document.writeBytes(json("{}]}],'frameworks':[{'id':'F1','tasks':[" + task("t", "") + "]}]}"));

    MesosState state = MesosStateReader.create().read(document.toByteArray());

    assertThat(state.cluster().tasks()).extracting(Task::id).containsExactly("t");
  }

  @Test
  void readsOneStringOfFiftyMegabytes() {
    MesosState state = read(withTasks(task("t", ",'name':'" + "x".repeat(50_000_000) + "'")));

    assertThat(onlyTask(state).name()).hasSize(50_000_000);
  }

  @Test
  void readsFieldNamesAndNumbersOfAnyLength() {
    MesosState state =
        read(
            "{'leader':'master@192.0.2.5:5050','"
                + "n".repeat(1_000_000)
                + "':"
                + "9".repeat(2_000_000)
                + ",'frameworks':[{'id':'F1','tasks':["
                + task("t", ",'statuses':[{'timestamp':" + "9".repeat(2_000_000) + "}]")
                + "]}]}");

    assertThat(onlyTask(state).statuses()).hasSize(1);
    assertThat(state.rejectionCounts()).containsOnlyKeys("NUMBER_OUT_OF_RANGE");
  }

  @Test
  void readsAMillionDifferentFieldNames() {
    StringBuilder text = new StringBuilder("{'leader':'master@192.0.2.5:5050'");
    for (int i = 0; i < 1_000_000; i++) {
      text.append(",'f").append(i).append("':0");
    }

    assertThat(read(text.append('}').toString()).cluster().masters().leader()).isNotNull();
  }

  @Test
  void replacesEachInvalidByteByItself() {
    byte[] document = json(withTasks(task("t", ",'name':'a?b??c'")));
    byte[] spoilt =
        new String(document, StandardCharsets.ISO_8859_1)
            .replace("a?b??c", "a\u00ffb\u00e2\u0082c")
            .getBytes(StandardCharsets.ISO_8859_1);

    assertThat(onlyTask(MesosStateReader.create().read(spoilt)).name())
        .isEqualTo("a\uFFFDb\uFFFD\uFFFDc");
  }

  @Test
  void replacesHalvesOfSurrogatePairs() {
    MesosState state =
        read(withTasks(task("t", ",'name':'a\\ud83d b\\ude00 \\ud83d\\ude00 \\u0000'")));

    assertThat(onlyTask(state).name()).isEqualTo("a\uFFFD b\uFFFD \ud83d\ude00 \u0000");
  }

  @Test
  void capsThePortsThatATaskClaims() {
    MesosState state =
        read(
            withTasks(
                task("t", ",'resources':{'ports':'[" + "0-65535,".repeat(100_000) + "1-1]'}")));

    assertThat(onlyTask(state).resourcePorts()).hasSize(1);
    assertThat(state.rejectionCounts()).containsOnlyKeys("PORTS_TOO_MANY");
  }

  @Test
  void countsAMillionRefusedParts() {
    String[] labels = new String[1_000_000];
    java.util.Arrays.fill(labels, "7");

    MesosState state = read(withTasks(task("t", ",'labels':[" + String.join(",", labels) + "]")));

    Collection<Task> tasks = state.cluster().tasks();
    assertThat(tasks).hasSize(1);
    assertThat(state.rejections()).hasSize(MesosStateReader.DEFAULT_MAX_REJECTIONS);
    assertThat(state.rejectionCounts()).containsEntry("WRONG_TYPE", 1_000_000L);
  }
}
