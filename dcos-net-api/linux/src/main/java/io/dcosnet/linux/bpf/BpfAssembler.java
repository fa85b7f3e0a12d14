// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a program, one instruction after the other. Jumps go to labels, which may be set before or
 * after. Numbers are 64 bits wide unless a method says otherwise.
 *
 * <p><b>Not thread-safe.</b>
 */
public final class BpfAssembler {

  private static final int MOVE = 0xbf;
  private static final int MOVE_NUMBER = 0xb7;
  private static final int ADD_NUMBER = 0x07;
  private static final int SHIFT_LEFT_NUMBER = 0x67;
  private static final int OR = 0x4f;
  private static final int REMAINDER_32 = 0x9c;
  private static final int LOAD_32 = 0x61;
  private static final int LOAD_64 = 0x79;
  private static final int STORE_32 = 0x63;
  private static final int STORE_64 = 0x7b;
  private static final int STORE_NUMBER_32 = 0x62;
  private static final int ATOMIC_64 = 0xdb;
  private static final int JUMP = 0x05;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_NOT_EQUAL = 0x55;
  private static final int JUMP_NOT_EQUAL_32 = 0x56;
  private static final int JUMP_NOT_EQUAL_REGISTERS_32 = 0x5e;
  private static final int LOAD_WIDE = 0x18;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;

  /** In place of a source register: the number that is loaded is a map's descriptor. */
  private static final int MAP_BY_DESCRIPTOR = 1;

  private final List<Long> words = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<Integer, String> jumps = new HashMap<>();
  private final List<BpfMap> maps = new ArrayList<>();

  /** Begins with nothing. */
  public BpfAssembler() {}

  /** {@code target = source}. */
  public BpfAssembler move(Register target, Register source) {
    return add(MOVE, target, source.number(), 0, 0);
  }

  /** {@code target = number}. */
  public BpfAssembler move(Register target, int number) {
    return add(MOVE_NUMBER, target, 0, 0, number);
  }

  /** {@code target += number}. */
  public BpfAssembler add(Register target, int number) {
    return add(ADD_NUMBER, target, 0, 0, number);
  }

  /** {@code target <<= bits}. */
  public BpfAssembler shiftLeft(Register target, int bits) {
    return add(SHIFT_LEFT_NUMBER, target, 0, 0, bits);
  }

  /** {@code target |= source}. */
  public BpfAssembler or(Register target, Register source) {
    return add(OR, target, source.number(), 0, 0);
  }

  /** {@code target %= source}, both as unsigned numbers of 32 bits. */
  public BpfAssembler remainder32(Register target, Register source) {
    return add(REMAINDER_32, target, source.number(), 0, 0);
  }

  /** {@code target} = the 32 bits at {@code base + offset}. */
  public BpfAssembler load32(Register target, Register base, int offset) {
    return add(LOAD_32, target, base.number(), offset, 0);
  }

  /** {@code target} = the 64 bits at {@code base + offset}. */
  public BpfAssembler load64(Register target, Register base, int offset) {
    return add(LOAD_64, target, base.number(), offset, 0);
  }

  /** The 32 bits at {@code base + offset} = {@code source}. */
  public BpfAssembler store32(Register base, int offset, Register source) {
    return add(STORE_32, base, source.number(), offset, 0);
  }

  /** The 64 bits at {@code base + offset} = {@code source}. */
  public BpfAssembler store64(Register base, int offset, Register source) {
    return add(STORE_64, base, source.number(), offset, 0);
  }

  /** The 32 bits at {@code base + offset} = {@code number}. */
  public BpfAssembler store32(Register base, int offset, int number) {
    return add(STORE_NUMBER_32, base, 0, offset, number);
  }

  /** The 64 bits at {@code base + offset} += {@code source}, whoever else adds to them. */
  public BpfAssembler addAtomically64(Register base, int offset, Register source) {
    return add(ATOMIC_64, base, source.number(), offset, 0);
  }

  /** Goes on elsewhere. */
  public BpfAssembler jump(String label) {
    return jump(JUMP, Register.R0, 0, 0, label);
  }

  /** Goes on elsewhere if {@code register == number}. */
  public BpfAssembler jumpIfEqual(Register register, int number, String label) {
    return jump(JUMP_EQUAL, register, 0, number, label);
  }

  /** Goes on elsewhere if {@code register != number}, which is widened with its sign. */
  public BpfAssembler jumpIfNotEqual(Register register, int number, String label) {
    return jump(JUMP_NOT_EQUAL, register, 0, number, label);
  }

  /** Goes on elsewhere if the lower 32 bits of a register are not this number. */
  public BpfAssembler jumpIfNotEqual32(Register register, int number, String label) {
    return jump(JUMP_NOT_EQUAL_32, register, 0, number, label);
  }

  /** Goes on elsewhere if the lower 32 bits of two registers differ. */
  public BpfAssembler jumpIfNotEqual32(Register one, Register other, String label) {
    return jump(JUMP_NOT_EQUAL_REGISTERS_32, one, other.number(), 0, label);
  }

  /** {@code target} = a map, for a function that takes one. */
  public BpfAssembler loadMap(Register target, BpfMap map) {
    maps.add(map);
    add(LOAD_WIDE, target, MAP_BY_DESCRIPTOR, 0, map.fd());
    words.add(0L);
    return this;
  }

  /** Calls a function of the kernel. */
  public BpfAssembler call(KernelFunction function) {
    return add(CALL, Register.R0, 0, 0, function.number());
  }

  /** Ends the program; its verdict is in {@link Register#R0}. */
  public BpfAssembler exit() {
    return add(EXIT, Register.R0, 0, 0, 0);
  }

  /**
   * Marks the next instruction.
   *
   * @throws IllegalArgumentException when there is a mark of that name
   */
  public BpfAssembler label(String name) {
    Integer other = labels.putIfAbsent(requireNonNull(name, "name"), words.size());
    if (other != null) {
      throw new IllegalArgumentException("label " + name + " stands at " + other + " already");
    }
    return this;
  }

  /**
   * The program as the kernel reads it, with all jumps resolved.
   *
   * @throws IllegalStateException when a label is missing or too far away
   */
  public long[] words() {
    long[] all = words.stream().mapToLong(Long::longValue).toArray();
    jumps.forEach((at, label) -> all[at] |= offsetField(distance(at, label)));
    return all;
  }

  /** The maps that the program uses, in the order of their first use. */
  public List<BpfMap> maps() {
    return maps.stream().distinct().toList();
  }

  /** Counted from the instruction behind the jump. */
  private int distance(int at, String label) {
    Integer to = labels.get(label);
    if (to == null) {
      throw new IllegalStateException("label " + label + " is nowhere");
    }
    int distance = to - at - 1;
    if (distance != (short) distance) {
      throw new IllegalStateException("label " + label + " is too far away: " + distance);
    }
    return distance;
  }

  private BpfAssembler jump(int code, Register register, int source, int number, String label) {
    jumps.put(words.size(), requireNonNull(label, "label"));
    return add(code, register, source, 0, number);
  }

  private BpfAssembler add(int code, Register target, int source, int offset, int number) {
    if (offset != (short) offset) {
      throw new IllegalArgumentException("offset: " + offset + " (expected: 16 bits)");
    }
    words.add(
        code
            | (long) target.number() << 8
            | (long) source << 12
            | offsetField(offset)
            | (long) number << 32);
    return this;
  }

  private static long offsetField(int offset) {
    return (offset & 0xffffL) << 16;
  }
}
