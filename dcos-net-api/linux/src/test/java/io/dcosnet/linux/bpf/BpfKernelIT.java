// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import io.dcosnet.linux.OwnNetwork;
import io.dcosnet.testkit.Required;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Maps and programs in the kernel, and a control group without processes. */
@Tag("kernel")
class BpfKernelIT {

  private static final MapShape NUMBERS = new MapShape(MapKind.HASH, "test_numbers", 4, 12, 3000);

  private Path directory;

  @BeforeEach
  void makeGroup() throws IOException {
    OwnNetwork.requireRoot();
    Required.that(ControlGroup.root().isPresent(), "a cgroup2 mount is needed");
    directory = Files.createTempDirectory(ControlGroup.root().orElseThrow(), "dcosnet-bpf-");
  }

  @AfterEach
  void removeGroup() throws IOException {
    if (directory != null) {
      Files.delete(directory);
    }
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private static byte[] value(int number) {
    return ByteBuffer.allocate(12).putInt(8, number).array();
  }

  private static List<Map.Entry<byte[], byte[]>> numbers(int from, int to) {
    List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
    for (int i = from; i < to; i++) {
      entries.add(Map.entry(key(i), value(i)));
    }
    return entries;
  }

  private static BpfAssembler pass() {
    return new BpfAssembler().move(Register.R0, 1).exit();
  }

  @Test
  void aMapKeepsWhatIsPutThere() {
    try (BpfMap map = BpfMap.create(NUMBERS)) {
      assertThat(map.get(key(1))).isEmpty();
      assertThat(map.remove(key(1))).isFalse();
      map.put(key(1), value(10));
      map.put(key(1), value(11));
      assertThat(map.get(key(1))).hasValue(value(11));
      assertThat(map.remove(key(1))).isTrue();
      assertThat(map.entries()).isEmpty();
    }
  }

  @Test
  void manyEntriesGoThereAndBack() {
    try (BpfMap map = BpfMap.create(NUMBERS)) {
      assertThat(map.putAll(numbers(0, 2500))).isEmpty();
      assertThat(map.entries())
          .hasSize(2500)
          .allSatisfy(
              entry ->
                  assertThat(ByteBuffer.wrap(entry.getValue()).getInt(8))
                      .isEqualTo(ByteBuffer.wrap(entry.getKey()).getInt()));
      map.removeAll(List.of(key(3), key(4), key(9999)));
      assertThat(map.entries()).hasSize(2498);
    }
  }

  @Test
  void aFullMapSaysWhichEntryHasNoRoom() {
    try (BpfMap map = BpfMap.create(NUMBERS)) {
      OptionalInt full = map.putAll(numbers(0, 3100));
      assertThat(full).hasValue(3000);
      assertThat(map.get(key(2999))).isPresent();
      assertThatExceptionOfType(KernelException.class)
          .isThrownBy(() -> map.put(key(5000), value(0)))
          .satisfies(e -> assertThat(e.errno()).isEqualTo(new Errno(7)));
    }
  }

  @Test
  void aMapIsFoundAgainByItsNumberWhenItHasTheShape() {
    try (BpfMap map = BpfMap.create(NUMBERS)) {
      map.put(key(1), value(1));
      try (BpfMap found = BpfMap.adopt(map.id(), NUMBERS).orElseThrow()) {
        assertThat(found.get(key(1))).hasValue(value(1));
        assertThat(found.id()).isEqualTo(map.id());
      }
      MapShape other = new MapShape(MapKind.HASH, "test_numbers", 4, 12, 4000);
      assertThat(BpfMap.adopt(map.id(), other)).isEmpty();
    }
    assertThat(BpfMap.adopt(Integer.MAX_VALUE, NUMBERS)).isEmpty();
  }

  @Test
  void theKernelSaysWhatIsWrongWithAProgram() {
    BpfAssembler wrong = new BpfAssembler().load32(Register.R0, Register.R1, 200).exit();
    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> BpfProgram.load(AttachPoint.CONNECT4, "test_wrong", wrong))
        .withMessageContaining("test_wrong")
        .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EACCES))
        .satisfies(e -> assertThat(e.words()).get().asString().contains("off=200"));
  }

  @Test
  void aProgramIsAttachedReplacedFoundAndTakenAway() {
    try (ControlGroup group = ControlGroup.open(directory);
        BpfMap map = BpfMap.create(NUMBERS);
        BpfProgram first = BpfProgram.load(AttachPoint.CONNECT6, "test_first", pass());
        BpfProgram second =
            BpfProgram.load(
                AttachPoint.CONNECT6,
                "test_second",
                new BpfAssembler().loadMap(Register.R1, map).move(Register.R0, 1).exit())) {
      assertThat(group.attached(AttachPoint.CONNECT6)).isEmpty();
      group.attach(first);
      assertThat(group.attached(AttachPoint.CONNECT6)).containsExactly(first.info().id());
      group.replace(first, second);
      assertThat(group.attached(AttachPoint.CONNECT6)).containsExactly(second.info().id());
      try (BpfProgram found =
          BpfProgram.open(AttachPoint.CONNECT6, second.info().id()).orElseThrow()) {
        assertThat(found.info()).isEqualTo(second.info());
        assertThat(found.info().name()).isEqualTo("test_second");
        assertThat(found.info().maps()).containsExactly(map.id());
        assertThat(found.info().tag()).isNotEqualTo(first.info().tag());
        assertThat(group.detach(found)).isTrue();
      }
      assertThat(group.detach(second)).isFalse();
      assertThat(group.attached(AttachPoint.CONNECT6)).isEmpty();
    }
  }

  @Test
  void valuesOfSocketsArePartOfPrograms() {
    MapShape shape = MapShape.ofSockets("test_sockets", 40);
    try (BpfMap map = BpfMap.create(shape)) {
      BpfAssembler code =
          new BpfAssembler()
              .load64(Register.R2, Register.R1, 64)
              .loadMap(Register.R1, map)
              .move(Register.R3, 0)
              .move(Register.R4, 1)
              .call(KernelFunction.SOCKET_STORAGE)
              .jumpIfEqual(Register.R0, 0, "end")
              .store32(Register.R0, 36, 7)
              .label("end")
              .move(Register.R0, 1)
              .exit();
      for (AttachPoint point : AttachPoint.values()) {
        try (BpfProgram program = BpfProgram.load(point, "test_storage", code)) {
          assertThat(program.info().maps()).as("%s", point).containsExactly(map.id());
        }
      }
    }
  }
}
