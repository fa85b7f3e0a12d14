// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.ClusterChange;
import io.dcosnet.api.model.ClusterState;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.model.Task;
import io.dcosnet.api.model.TaskState;
import io.dcosnet.api.model.TaskStatus;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.jspecify.annotations.Nullable;

@Domain(Facts.class)
@Domain(DomainContext.Global.class)
class FactCodecProperties {

  @Property
  void aTaskIsReadAsItWasWritten(@ForAll Task task) {
    assertThat(FactCodec.decodeTask(FactCodec.encode(task))).isEqualTo(task);
  }

  @Property(tries = 300)
  void aStateIsReadAsItWasWritten(@ForAll ClusterState state) {
    ClusterChange read = FactCodec.decodeChange(FactCodec.encode(state));

    assertThat(ClusterState.EMPTY.apply(read)).isEqualTo(state);
  }

  @Property(tries = 300)
  void thingsOfAStateAreReadOneByOne(@ForAll ClusterState state) {
    assertThat(state.agents())
        .allSatisfy(one -> assertThat(FactCodec.decodeAgent(FactCodec.encode(one))).isEqualTo(one));
    assertThat(state.frameworks())
        .allSatisfy(
            one -> assertThat(FactCodec.decodeFramework(FactCodec.encode(one))).isEqualTo(one));
    Masters masters = state.masters();
    assertThat(FactCodec.decodeMasters(FactCodec.encode(masters))).isEqualTo(masters);
    assertThat(masters.awaited())
        .allSatisfy(
            id -> assertThat(FactCodec.decodeAwaited(FactCodec.encodeAwaited(id))).isEqualTo(id));
    FactHead head = new FactHead(Long.MAX_VALUE, Integer.MAX_VALUE, masters);
    assertThat(FactCodec.decodeHead(FactCodec.encode(head))).isEqualTo(head);
  }

  @Property(tries = 300)
  void aChangeLeadsToTheSameState(@ForAll ClusterState before, @ForAll ClusterState after) {
    ClusterChange change = ClusterChange.between(before, after);

    ClusterChange read = FactCodec.decodeChange(FactCodec.encode(change));

    assertThat(before.apply(read)).isEqualTo(after);
  }

  @Property
  void equalThingsAreEqualBytes(@ForAll long seed) {
    Bytes one = FactCodec.encode(new Facts(new Random(seed)).state());
    Bytes other = FactCodec.encode(new Facts(new Random(seed)).state());

    assertThat(one).isEqualTo(other);
  }

  @Property
  void fieldsOfLaterVersionsAreSkipped(@ForAll Task task, @ForAll byte[] content) {
    FieldWriter later = new FieldWriter();
    for (byte one : FactCodec.encode(task).toArray()) {
      later.raw(one);
    }
    later.bytes(13, content).number(14, -1).real(300, 0.5);
    later.varint(15 << 3 | 7).varint(content.length);
    for (byte one : content) {
      later.raw(one);
    }

    assertThat(FactCodec.decodeTask(Bytes.copyOf(later.toBytes()))).isEqualTo(task);
  }

  @Property(tries = 2000)
  void damagedBytesAreReadOrRefused(
      @ForAll Task task, @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int faults) {
    Random random = new Random(seed);
    byte[] bytes = FactCodec.encode(task).toArray();
    for (int i = 0; i < faults; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));

    onlyRefuses(FactCodec::decodeTask, bytes);
    onlyRefuses(FactCodec::decodeTask, cut);
  }

  @Property(tries = 2000)
  void anyBytesAreReadOrRefused(@ForAll byte[] content) {
    for (char kind : "tafmwhc".toCharArray()) {
      byte[] bytes = new byte[content.length + 2];
      bytes[0] = FactCodec.VERSION;
      bytes[1] = (byte) kind;
      System.arraycopy(content, 0, bytes, 2, content.length);
      onlyRefuses(FactCodec::decodeTask, bytes);
      onlyRefuses(FactCodec::decodeAgent, bytes);
      onlyRefuses(FactCodec::decodeFramework, bytes);
      onlyRefuses(FactCodec::decodeMasters, bytes);
      onlyRefuses(FactCodec::decodeAwaited, bytes);
      onlyRefuses(FactCodec::decodeHead, bytes);
      onlyRefuses(FactCodec::decodeChange, bytes);
    }
  }

  private static void onlyRefuses(Function<Bytes, ?> decoder, byte[] bytes) {
    try {
      assertThat(decoder.apply(Bytes.copyOf(bytes))).isNotNull();
    } catch (DecodeException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @Property
  void decisiveStatusesAnswerAsAll(@ForAll Task task, @ForAll Set<TaskState> states) {
    Task less = DecisiveStatuses.of(task);

    assertThat(less.newestStatus()).isEqualTo(task.newestStatus());
    for (TaskState state : TaskState.values()) {
      assertThat(less.newestStatus(state)).isEqualTo(task.newestStatus(state));
    }
    Set<TaskState> wanted = EnumSet.noneOf(TaskState.class);
    wanted.addAll(states);
    assertThat(firstOfTheNewest(less, wanted)).isEqualTo(firstOfTheNewest(task, wanted));
    assertThat(less.toBuilder().statuses(task.statuses()).build()).isEqualTo(task);
  }

  /** As Mesos-DNS chooses. */
  private static @Nullable TaskStatus firstOfTheNewest(Task task, Set<TaskState> states) {
    TaskStatus newest = null;
    for (TaskStatus status : task.statuses()) {
      boolean newer = newest == null || status.timestampSeconds() > newest.timestampSeconds();
      if (newer && states.contains(status.state())) {
        newest = status;
      }
    }
    return newest;
  }
}
