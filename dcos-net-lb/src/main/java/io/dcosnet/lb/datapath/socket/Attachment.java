// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.socket;

import io.dcosnet.linux.bpf.AttachPoint;
import io.dcosnet.linux.bpf.BpfProgram;
import io.dcosnet.linux.bpf.ControlGroup;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Our programs at one control group. Those of a process before are found by their names, go on with
 * the maps that they have, and give way only to others, without a moment when none is asked.
 *
 * <p><b>Confined to</b> one thread.
 */
final class Attachment implements AutoCloseable {

  private final ControlGroup group;
  private final Map<AttachPoint, BpfProgram> programs = new EnumMap<>(AttachPoint.class);

  Attachment(ControlGroup group) {
    this.group = group;
  }

  static String name(AttachPoint point) {
    return FamilyMaps.PREFIX
        + point
            .name()
            .toLowerCase(Locale.ROOT)
            .replace("receive", "recv")
            .replace("connect", "conn");
  }

  /** Programs of ours that are attached, whoever did it. To be closed. */
  static List<BpfProgram> left(ControlGroup group, AttachPoint point) {
    List<BpfProgram> left = new ArrayList<>();
    for (int id : group.attached(point)) {
      Optional<BpfProgram> program = BpfProgram.open(point, id);
      if (program.isPresent() && program.get().info().name().equals(name(point))) {
        left.add(program.get());
      } else {
        program.ifPresent(BpfProgram::close);
      }
    }
    return left;
  }

  /** All programs of ours that are attached, whoever did it, a line each. */
  static List<String> left(ControlGroup group) {
    List<String> lines = new ArrayList<>();
    for (AttachPoint point : AttachPoint.values()) {
      for (BpfProgram program : left(group, point)) {
        try (program) {
          lines.add(line(program, group));
        }
      }
    }
    return lines;
  }

  private static String line(BpfProgram program, ControlGroup group) {
    return program + " at " + group.directory();
  }

  /** Numbers of the maps of each program of ours that is attached already. */
  static List<Set<Integer>> mapsLeft(ControlGroup group) {
    List<Set<Integer>> maps = new ArrayList<>();
    for (AttachPoint point : AttachPoint.values()) {
      List<BpfProgram> left = left(group, point);
      left.forEach(program -> maps.add(new TreeSet<>(program.info().maps())));
      left.forEach(BpfProgram::close);
    }
    return maps;
  }

  /** Has the kernel check all programs; what it refuses is thrown. */
  void load(FamilyMaps ipv4, FamilyMaps ipv6) {
    for (AttachPoint point : AttachPoint.values()) {
      programs.put(point, BpfProgram.load(point, name(point), Programs.at(point, ipv4, ipv6)));
    }
  }

  /** Sees to it that each program is attached, once. Returns how many were not. */
  int attach() {
    int missing = 0;
    for (Map.Entry<AttachPoint, BpfProgram> each : programs.entrySet()) {
      List<BpfProgram> left = left(group, each.getKey());
      try {
        missing += attach(each.getKey(), each.getValue(), left) ? 1 : 0;
      } finally {
        left.forEach(BpfProgram::close);
      }
    }
    return missing;
  }

  private boolean attach(AttachPoint point, BpfProgram program, List<BpfProgram> left) {
    BpfProgram kept = null;
    for (BpfProgram each : left) {
      boolean same =
          each.info().tag() == program.info().tag()
              && Set.copyOf(each.info().maps()).equals(Set.copyOf(program.info().maps()));
      if (same && kept == null) {
        kept = each;
      }
    }
    boolean missing = kept == null;
    if (kept == null && left.isEmpty()) {
      group.attach(program);
    } else if (kept == null) {
      kept = left.get(0);
      group.replace(kept, program);
    } else if (kept.info().id() != program.info().id()) {
      // It goes on as it is; ours was only to compare.
      program.close();
      programs.put(point, BpfProgram.open(point, kept.info().id()).orElseThrow());
    }
    for (BpfProgram each : left) {
      if (each != kept) {
        boolean unused = group.detach(each);
      }
    }
    return missing;
  }

  /** Whether each program is attached. */
  boolean isWhole() {
    return programs.entrySet().stream()
        .allMatch(each -> group.attached(each.getKey()).contains(each.getValue().info().id()));
  }

  /** Takes all of ours away, whoever attached it; returns what that was. */
  static List<String> detach(ControlGroup group) {
    List<String> gone = new ArrayList<>();
    for (AttachPoint point : AttachPoint.values()) {
      for (BpfProgram program : left(group, point)) {
        try (program) {
          if (group.detach(program)) {
            gone.add(line(program, group));
          }
        }
      }
    }
    return gone;
  }

  /** Closes our files; what is attached goes on. */
  @Override
  public void close() {
    programs.values().forEach(BpfProgram::close);
    programs.clear();
  }
}
