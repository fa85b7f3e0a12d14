// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Ports that nobody uses at the moment. */
final class FreePorts {

  private FreePorts() {}

  /** So many, in ascending order. */
  static List<Integer> find(int count) {
    List<ServerSocket> held = new ArrayList<>();
    SortedSet<Integer> found = new TreeSet<>();
    try {
      while (held.size() < count) {
        held.add(new ServerSocket(0));
      }
      for (ServerSocket socket : held) {
        found.add(socket.getLocalPort());
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(found);
  }

  /** Puts free ports in the place of the numbers that match, each for each, in the same order. */
  static String replace(String text, Pattern numbers) {
    SortedMap<Integer, Integer> free = new TreeMap<>();
    numbers.matcher(text).results().forEach(match -> free.put(Integer.valueOf(match.group()), 0));
    List<Integer> found = find(free.size());
    int next = 0;
    for (Integer number : List.copyOf(free.keySet())) {
      free.put(number, found.get(next++));
    }
    return numbers
        .matcher(text)
        .replaceAll(match -> String.valueOf(free.get(Integer.valueOf(match.group()))));
  }
}
