// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import static io.dcosnet.sources.mesos.States.task;
import static io.dcosnet.sources.mesos.States.withTasks;
import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class MesosStateReaderProperties {

  private static final byte[] SMALL = States.resource("syn-small.json");

  @Property(tries = 500)
  void damagedDocumentsAreReadOrRefused(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int faults) {
    Random random = new Random(seed);
    byte[] damaged = SMALL.clone();
    for (int i = 0; i < faults; i++) {
      damaged[random.nextInt(damaged.length)] =
          random.nextBoolean() ? (byte) random.nextInt() : SMALL[random.nextInt(SMALL.length)];
    }

    try {
      MesosState state = MesosStateReader.create().read(damaged);
      assertThat(state.cluster().masters()).isNotNull();
    } catch (StateRefusedException e) {
      assertThat(e.reason()).isNotNull();
    }
  }

  @Property(tries = 500)
  void anyValueInPlaceOfATaskLeavesTheOthers(
      @ForAll("values") String garbage, @ForAll @IntRange(max = 3) int at) {
    List<String> tasks = new ArrayList<>(List.of(task("a", ""), task("b", ""), task("c", "")));
    tasks.add(at, garbage);

    MesosState state = States.read(withTasks(tasks.toArray(String[]::new)));

    assertThat(state.cluster().tasks()).extracting(Task::id).contains("a", "b", "c");
  }

  @Property(tries = 500)
  void anyValueOfAnyFieldLeavesTheTask(
      @ForAll("fields") String field, @ForAll("values") String garbage) {
    MesosState state = States.read(withTasks(task("a", ",'" + field + "':" + garbage)));

    assertThat(state.cluster().tasks()).extracting(Task::id).containsExactly("a");
  }

  @Provide
  Arbitrary<String> fields() {
    return Arbitraries.of(
        "name",
        "state",
        "statuses",
        "labels",
        "resources",
        "discovery",
        "container",
        "health_check",
        "executor_id",
        "user",
        "framework_id",
        "anything");
  }

  /** Values of every type, nested, some of them almost what belongs there. */
  @Provide
  Arbitrary<String> values() {
    return Arbitraries.longs().map(seed -> value(new Random(seed), 6)).withoutEdgeCases();
  }

  private static final List<String> SCALARS =
      List.of("null", "true", "-1", "70000", "1e400", "'text'", "'[1-2'", "'\\u0000'", "'9.0.0.1'");

  private static final List<String> NAMES =
      List.of(
          "ports",
          "labels",
          "key",
          "value",
          "number",
          "network_infos",
          "ip_addresses",
          "ip_address",
          "container_status",
          "state",
          "timestamp",
          "docker",
          "port_mappings",
          "x");

  private static String value(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(3);
    if (kind == 0) {
      return SCALARS.get(random.nextInt(SCALARS.size()));
    }
    StringJoiner parts =
        kind == 1 ? new StringJoiner(",", "[", "]") : new StringJoiner(",", "{", "}");
    for (int left = random.nextInt(4); left > 0; left--) {
      String name = "'" + NAMES.get(random.nextInt(NAMES.size())) + "':";
      parts.add((kind == 1 ? "" : name) + value(random, depth - 1));
    }
    return parts.toString();
  }
}
