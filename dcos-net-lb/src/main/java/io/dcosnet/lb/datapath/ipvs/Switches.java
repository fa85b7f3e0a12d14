// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.linux.Errno;
import io.dcosnet.linux.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The switches of IPVS, which are those of the network namespace that a thread is in. <b>Not
 * thread-safe.</b>
 */
final class Switches {

  private static final Path FOLDER = Path.of("/proc/sys/net/ipv4/vs");
  private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");

  /** From 5.9 on, a port that is used again costs a client no second. */
  private static final int REUSE_IS_CHEAP = 5 * 1000 + 9;

  private final Path folder;
  private final Map<String, String> wanted;
  private final Map<String, String> before = new LinkedHashMap<>();
  private final Map<String, String> adopted = new LinkedHashMap<>();

  /**
   * What the path needs.
   *
   * @param tracked whether rules of netfilter see the connections
   */
  Switches(boolean tracked) {
    this(tracked, FOLDER);
  }

  Switches(boolean tracked, Path folder) {
    this.folder = folder;
    wanted = wanted(tracked, read(RELEASE));
  }

  /** Those of a kernel release, such as {@code 6.1.0-18-amd64}. */
  static Map<String, String> wanted(boolean tracked, String release) {
    Map<String, String> all = new LinkedHashMap<>();
    // The next packet of a connection whose destination is gone is answered, not dropped.
    all.put("expire_nodest_conn", "1");
    // A client that sticks to a destination without weight gets another one.
    all.put("expire_quiescent_template", "1");
    Matcher version = VERSION.matcher(release.strip());
    boolean recent =
        !version.matches()
            || Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2))
                >= REUSE_IS_CHEAP;
    all.put("conn_reuse_mode", recent ? "1" : "0");
    if (tracked) {
      all.put("conntrack", "1");
    }
    return all;
  }

  /** What the kernel begins with, for {@link #reset}. */
  private static final Map<String, String> INITIAL =
      Map.of(
          "expire_nodest_conn", "0",
          "expire_quiescent_template", "0",
          "conn_reuse_mode", "1",
          "conntrack", "0");

  /**
   * A process before has left its services, so that those which are as wanted were set by it; what
   * they were before that, nobody knows any more.
   */
  void adopt() {
    wanted.forEach(
        (name, value) -> {
          if (value.equals(value(name))) {
            adopted.put(name, INITIAL.getOrDefault(name, "0"));
          }
        });
  }

  /**
   * Sets those that are not as wanted.
   *
   * @return what was done, as one would tell a shell
   */
  List<String> set() {
    return write(wanted, true);
  }

  /** What {@link #set} would do. */
  List<String> plan() {
    List<String> lines = new ArrayList<>();
    wanted.forEach(
        (name, value) -> {
          if (!value.equals(value(name))) {
            lines.add(words(name, value));
          }
        });
    return lines;
  }

  /**
   * Sets them back to what they were before {@link #set}.
   *
   * @param alone whether nobody else uses IPVS, so that those of a process before us can be what a
   *     kernel begins with
   */
  List<String> restore(boolean alone) {
    Map<String, String> all = new LinkedHashMap<>(alone ? adopted : Map.of());
    all.putAll(before);
    return write(all, false);
  }

  /** Sets them to what a kernel begins with, for somebody who does not know what was before. */
  List<String> reset() {
    Map<String, String> initial = new LinkedHashMap<>();
    wanted.keySet().forEach(name -> initial.put(name, INITIAL.getOrDefault(name, "0")));
    return write(initial, false);
  }

  private List<String> write(Map<String, String> values, boolean remember) {
    List<String> lines = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          String now = value(name);
          if (now.equals(value) || now.isEmpty()) {
            return; // older kernels lack some
          }
          if (remember) {
            before.putIfAbsent(name, now);
          }
          try {
            Files.write(folder.resolve(name), value.getBytes(UTF_8));
          } catch (IOException e) {
            throw new KernelException(words(name, value) + ": " + e, Errno.EACCES);
          }
          lines.add(words(name, value));
        });
    return lines;
  }

  private static String words(String name, String value) {
    return "sysctl -w net.ipv4.vs." + name + "=" + value;
  }

  private String value(String name) {
    return read(folder.resolve(name)).strip();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
