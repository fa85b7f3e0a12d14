// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.bpf;

import java.util.List;

/**
 * What the kernel tells of a program. <b>Immutable.</b>
 *
 * @param id its number, which no other program gets while it is there
 * @param name at most 15 characters
 * @param tag a digest of its instructions, whatever maps they use
 * @param maps the numbers of those maps, without a defined order
 */
public record ProgramInfo(int id, String name, long tag, List<Integer> maps) {
  public ProgramInfo {
    maps = List.copyOf(maps);
  }

  /** Such as {@code program 17 pass}. */
  @Override
  public String toString() {
    return "program " + id + " " + name;
  }
}
