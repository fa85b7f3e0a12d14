// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dcosnet.api.Bytes;
import io.dcosnet.gossip.crdt.CrdtType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** What is bent on its way is read in its one form or refused. */
class StoreCodecProperties {

  private static final int BENDS = 40;

  @Property(tries = 300)
  void whatIsBentIsReadInItsOnlyFormOrRefused(
      @ForAll CrdtType type,
      @ForAll @Size(min = 5, max = 40) List<Long> seeds,
      @ForAll Random random) {
    ModelRun run = new ModelRun(type, 3);
    seeds.forEach(seed -> run.step(seed, false));
    for (int i = 0; i < BENDS; i++) {
      if (!run.deltas.isEmpty()) {
        Delta delta = run.composed(random.nextInt(run.deltas.size()), random.nextInt(3));
        byte[] bent = bend(StoreCodec.encode(delta), random);
        StoreCodecFuzzTest.check(bent, StoreCodec::decodeDelta, StoreCodec::encode);
      }
      ModelReplica replica = run.replicas.get(random.nextInt(3));
      byte[] key = bend(replica.encoded("one"), random);
      StoreCodecFuzzTest.check(key, StoreCodec::decodeKeyState, StoreCodec::encode);
      byte[] clock = bend(StoreCodec.encode(replica.clock), random);
      StoreCodecFuzzTest.check(clock, StoreCodec::decodeClock, StoreCodec::encode);
      byte[] dots = bend(StoreCodec.encode(List.copyOf(replica.seen("one"))), random);
      StoreCodecFuzzTest.check(dots, StoreCodec::decodeDots, StoreCodec::encode);
    }
  }

  private static byte[] bend(Bytes octets, Random random) {
    byte[] bent = octets.toArray();
    for (int i = random.nextInt(3); i >= 0 && bent.length > 0; i--) {
      int place = random.nextInt(bent.length);
      bent[place] =
          (byte)
              switch (random.nextInt(4)) {
                case 0 -> bent[place] ^ 1 << random.nextInt(8);
                case 1 -> bent[place] + 1;
                case 2 -> bent[place] - 1;
                default -> random.nextInt(256);
              };
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bent, random.nextInt(bent.length + 4)) : bent;
  }

  @Property
  void anyOctetsAreReadOrRefused(@ForAll byte[] octets) {
    StoreCodecFuzzTest.check(octets, StoreCodec::decodeDelta, StoreCodec::encode);
    StoreCodecFuzzTest.check(octets, StoreCodec::decodeKeyState, StoreCodec::encode);
    StoreCodecFuzzTest.check(octets, StoreCodec::decodeClock, StoreCodec::encode);
    StoreCodecFuzzTest.check(octets, StoreCodec::decodeDots, StoreCodec::encode);
  }

  /** What is made of the most objects for its octets. */
  @Example
  void theHeapThatIsNeededGrowsWithTheOctetsOnly() {
    List<Dot> dots = new ArrayList<>();
    Map<Dot, Atom> atoms = new HashMap<>();
    DotClock clock = new DotClock();
    List<Stamp> writes = new ArrayList<>();
    for (int i = 1; i <= 200_000; i++) {
      dots.add(Writes.dot(1, i));
      atoms.put(Writes.dot(1, i), new Atom(CrdtType.OR_SET, List.of(), Writes.NOW, Bytes.EMPTY));
      writes.add(new Stamp(Writes.dot(1, i), Writes.NOW));
    }
    for (int i = 10_000; i > 0; i--) {
      clock.add(Writes.dot(1, 2L * i));
    }
    KeyState key = new KeyState("key", Cell.of(atoms, List.of()));
    Delta delta = new Delta("key", writes, atoms, dots, dots);
    heap(StoreCodec.encode(dots), StoreCodec::decodeDots);
    heap(StoreCodec.encode(key), StoreCodec::decodeKeyState);
    heap(StoreCodec.encode(delta), StoreCodec::decodeDelta);
    heap(StoreCodec.encode(clock), StoreCodec::decodeClock);
  }

  private static void heap(Bytes octets, Function<Bytes, ?> decode) {
    long before = Allocated.octets();
    assertThat(decode.apply(octets)).isNotNull();
    long heap = Allocated.octets() - before;
    assertThat(heap).isLessThan(64L * octets.size());
  }
}
