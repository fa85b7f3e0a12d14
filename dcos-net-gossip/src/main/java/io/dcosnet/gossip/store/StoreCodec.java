// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.store;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.DecodeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The octets of deltas, cells and clocks, the same on the wire and on disk: a table of the replicas
 * that occur in front, varints behind. Equal things have equal octets, and there is no second form
 * of anything: others are refused. Decoding believes no count before its octets are there: what it
 * makes grows with its input only, to some thirty times as much where atoms or dots are as short as
 * they can be. It throws nothing but {@link DecodeException}. <b>Thread-safe.</b>
 */
public final class StoreCodec {

  private StoreCodec() {}

  /** Table, key, earliest time, writes, atoms, dots that are removed and needed. */
  public static Bytes encode(Delta delta) {
    StoreWriter out = new StoreWriter();
    Set<ReplicaId> replicas = new HashSet<>();
    replicas.add(delta.origin());
    delta.removed().forEach(dot -> replicas.add(dot.replica()));
    delta.needs().forEach(dot -> replicas.add(dot.replica()));
    out.table(replicas);
    out.key(delta.key());
    out.base(Math.min(delta.writes().get(0).time(), earliest(delta.added().values())));
    out.number(delta.writes().size());
    out.number(out.place(delta.origin()));
    long before = 0;
    for (Stamp write : delta.writes()) {
      out.number(write.dot().counter() - before);
      out.time(write.time());
      before = write.dot().counter();
    }
    out.number(delta.added().size());
    before = 0;
    for (Map.Entry<Dot, Atom> entry : delta.added().entrySet()) {
      out.number(entry.getKey().counter() - before);
      out.atom(entry.getValue());
      before = entry.getKey().counter();
    }
    out.dots(delta.removed());
    out.dots(delta.needs());
    return out.toBytes();
  }

  public static Delta decodeDelta(Bytes octets) throws DecodeException {
    return decodeDelta(octets, UnaryOperator.identity());
  }

  /** As the other one; {@code known} gives the object that is used already for an equal one. */
  static Delta decodeDelta(Bytes octets, UnaryOperator<ReplicaId> known) throws DecodeException {
    return decode(octets, known, StoreCodec::delta);
  }

  private static Delta delta(StoreReader in) {
    in.table();
    String key = in.key();
    in.base();
    int writeCount = in.count("writes");
    ReplicaId origin = in.replica(in.number("origin"));
    List<Stamp> writes = new ArrayList<>(Math.min(writeCount, 4));
    long counter = 0;
    for (int i = 0; i < writeCount; i++) {
      counter += in.number("write");
      writes.add(new Stamp(new Dot(origin, counter), in.time()));
    }
    int atoms = in.count("atoms");
    Map<Dot, Atom> added = new TreeMap<>();
    counter = 0;
    for (int i = 0; i < atoms; i++) {
      long step = in.number("atom");
      in.require(step > 0, "atoms out of order");
      counter += step;
      added.put(new Dot(origin, counter), in.atom());
    }
    in.finishTimes(true);
    return new Delta(key, writes, added, in.dots(), in.dots());
  }

  /** Table, key, earliest time, live atoms, latest writes. */
  public static Bytes encode(KeyState state) {
    StoreWriter out = new StoreWriter();
    Cell cell = state.cell();
    Set<ReplicaId> replicas = new HashSet<>(cell.latest().keySet());
    cell.live().keySet().forEach(dot -> replicas.add(dot.replica()));
    out.table(replicas);
    out.key(state.key());
    long base = earliest(cell.live().values());
    for (Stamp stamp : cell.latest().values()) {
      base = Math.min(base, stamp.time());
    }
    out.base(cell.isNothing() ? 0 : base);
    out.number(cell.live().size());
    StoreWriter.DotSteps atoms = out.new DotSteps();
    cell.live()
        .forEach(
            (dot, atom) -> {
              atoms.write(dot);
              out.atom(atom);
            });
    out.number(cell.latest().size());
    StoreWriter.DotSteps stamps = out.new DotSteps();
    for (Stamp stamp : cell.latest().values()) {
      stamps.write(stamp.dot());
      out.time(stamp.time());
    }
    return out.toBytes();
  }

  public static KeyState decodeKeyState(Bytes octets) throws DecodeException {
    return decodeKeyState(octets, UnaryOperator.identity());
  }

  /** As the other one; {@code known} gives the object that is used already for an equal one. */
  static KeyState decodeKeyState(Bytes octets, UnaryOperator<ReplicaId> known)
      throws DecodeException {
    return decode(octets, known, StoreCodec::keyState);
  }

  private static KeyState keyState(StoreReader in) {
    in.table();
    String key = in.key();
    in.base();
    int atomCount = in.count("atoms");
    StoreReader.DotSteps atoms = in.new DotSteps();
    Map<Dot, Atom> live = new TreeMap<>();
    for (int i = 0; i < atomCount; i++) {
      live.put(atoms.next(), in.atom());
    }
    int stampCount = in.count("latest writes");
    StoreReader.DotSteps stamps = in.new DotSteps();
    List<Stamp> latest = new ArrayList<>(Math.min(stampCount, 4));
    for (int i = 0; i < stampCount; i++) {
      Stamp stamp = new Stamp(stamps.next(), in.time());
      in.require(
          i == 0 || !latest.get(i - 1).dot().replica().equals(stamp.dot().replica()),
          "two latest writes of one replica");
      latest.add(stamp);
    }
    in.finishTimes(atomCount + stampCount > 0);
    return new KeyState(key, Cell.of(live, latest));
  }

  /** Replicas in their order, each with its base and the steps to and through its ranges. */
  public static Bytes encode(DotClock clock) {
    StoreWriter out = new StoreWriter();
    SortedMap<ReplicaId, Progress> sorted = clock.sorted();
    out.number(sorted.size());
    sorted.forEach(
        (replica, progress) -> {
          out.replica(replica);
          out.number(progress.base());
          long[] ranges = progress.ranges();
          out.number(ranges.length / 2);
          long before = progress.base();
          for (int i = 0; i < ranges.length; i += 2) {
            out.number(ranges[i] - before - 2);
            out.number(ranges[i + 1] - ranges[i]);
            before = ranges[i + 1];
          }
        });
    return out.toBytes();
  }

  public static DotClock decodeClock(Bytes octets) throws DecodeException {
    return decode(octets, UnaryOperator.identity(), StoreCodec::clock);
  }

  private static DotClock clock(StoreReader in) {
    int replicas = in.count("replicas");
    DotClock clock = new DotClock();
    ReplicaId before = null;
    for (int i = 0; i < replicas; i++) {
      ReplicaId replica = in.replica();
      in.require(before == null || before.compareTo(replica) < 0, "replicas out of order");
      Progress progress = progress(replica, in);
      in.require(!progress.isNone(), "replica without a write");
      clock.put(replica, progress);
      before = replica;
    }
    return clock;
  }

  private static Progress progress(ReplicaId replica, StoreReader in) {
    long base = in.number("base");
    int count = in.count("ranges");
    // Each takes at least two octets.
    long[] ranges = new long[Math.min(2 * count, 16)];
    long at = base;
    for (int i = 0; i < count; i++) {
      if (2 * i == ranges.length) {
        ranges = Arrays.copyOf(ranges, Math.min(2 * count, 4 * i));
      }
      ranges[2 * i] = step(in, at, in.number("range"), 2);
      ranges[2 * i + 1] = step(in, ranges[2 * i], in.number("range"), 0);
      at = ranges[2 * i + 1];
    }
    return Progress.of(replica, base, ranges);
  }

  private static long step(StoreReader in, long from, long further, int atLeast) {
    long to = from + further;
    in.require(to >= 0 && to + atLeast >= 0, "range beyond all numbers");
    return to + atLeast;
  }

  /** A list of dots, as IHAVE and GRAFT carry it; read they are sorted, each once. */
  public static Bytes encode(List<Dot> dots) {
    StoreWriter out = new StoreWriter();
    TreeSet<Dot> sorted = new TreeSet<>(dots);
    Set<ReplicaId> replicas = new HashSet<>();
    sorted.forEach(dot -> replicas.add(dot.replica()));
    out.table(replicas);
    out.dots(sorted);
    return out.toBytes();
  }

  public static List<Dot> decodeDots(Bytes octets) throws DecodeException {
    return decode(
        octets,
        UnaryOperator.identity(),
        in -> {
          in.table();
          return List.copyOf(in.dots());
        });
  }

  private static long earliest(Collection<Atom> atoms) {
    long earliest = Long.MAX_VALUE;
    for (Atom atom : atoms) {
      earliest = Math.min(earliest, atom.time());
    }
    return earliest;
  }

  private static <T> T decode(
      Bytes octets, UnaryOperator<ReplicaId> known, Function<StoreReader, T> parts) {
    StoreReader in = new StoreReader(octets, known);
    try {
      T read = parts.apply(in);
      in.finish();
      return read;
    } catch (IllegalArgumentException e) {
      DecodeException fault = new DecodeException(String.valueOf(e.getMessage()), in.at());
      fault.initCause(e);
      throw fault;
    }
  }
}
