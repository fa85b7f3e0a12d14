// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.lb;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.benchmarks.AddingMetrics;
import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.datapath.DataPath;
import io.dcosnet.lb.datapath.nft.NftConfig;
import io.dcosnet.lb.datapath.nft.NftDataPath;
import io.dcosnet.lb.datapath.socket.SocketConfig;
import io.dcosnet.lb.datapath.socket.SocketDataPath;
import io.dcosnet.netty.NetRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A data path of the kernel for {@code benchmarks/lb/kernel.sh}, in the network namespace of its
 * process. It does what lines of its input say and answers each with a line:
 *
 * <ul>
 *   <li>{@code load VIPS [BACKEND ...]}: with a new path, {@code loaded MS}; the first VIP has
 *       these back ends
 *   <li>{@code change replace|add|vip TIMES}: one after the other, {@code changed P50 P99 MAX} in
 *       µs
 *   <li>{@code unload}, {@code leave}: ends the path; the latter leaves all in the kernel
 * </ul>
 *
 * What goes wrong is answered with {@code failed} and why. Times are from the call of {@code apply}
 * to its report.
 */
public final class KernelPath {

  private static final long NANOS_IN_MICRO = 1_000;

  private final NetRuntime net;
  private final String kind;
  private final String group;
  private @Nullable DataPath path;
  private ManyVips vips = new ManyVips(0, List.of());

  private KernelPath(NetRuntime net, String kind, String group) {
    this.net = net;
    this.kind = kind;
    this.group = group;
  }

  /**
   * Goes on until its input ends.
   *
   * @param arguments {@code nftables}, or {@code socket} and the directory of a control group
   */
  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    try (NetRuntime net = NetRuntime.builder().ioThreads(1).metrics(new AddingMetrics()).build()) {
      KernelPath one = new KernelPath(net, arguments[0], arguments.length > 1 ? arguments[1] : "");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(one.answer(line.split(" ")));
      }
    }
  }

  private String answer(String[] words) {
    try {
      switch (words[0]) {
        case "load":
          return load(words);
        case "change":
          return change(words[1], Integer.parseInt(words[2]));
        case "unload":
          return end(false);
        case "leave":
          return end(true);
        default:
          return "failed unknown " + words[0];
      }
    } catch (RuntimeException e) {
      return "failed " + e;
    }
  }

  private String load(String[] words) {
    List<HostPort> firsts = Stream.of(words).skip(2).map(HostPort::parse).toList();
    vips = new ManyVips(Integer.parseInt(words[1]), firsts);
    DataPath made = make();
    path = made;
    return String.format(Locale.ROOT, "loaded %.1f", apply(made) / 1e6);
  }

  private DataPath make() {
    return switch (kind) {
      case "nftables" -> new NftDataPath(net.time(), net.metrics(), NftConfig.defaults());
      case "socket" ->
          new SocketDataPath(
              net.time(),
              net.metrics(),
              SocketConfig.builder().controlGroup(Path.of(group)).build());
      default ->
          throw new IllegalArgumentException("path: " + kind + " (expected: nftables, socket)");
    };
  }

  private String change(String what, int times) {
    DataPath there = there();
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      switch (what) {
        case "replace":
          vips.replaceBackend();
          break;
        case "add":
          vips.addBackend();
          break;
        case "vip":
          vips.addVip();
          break;
        default:
          throw new IllegalArgumentException("change: " + what + " (expected: replace, add, vip)");
      }
      nanos[i] = apply(there);
    }
    Arrays.sort(nanos);
    return String.format(
        Locale.ROOT,
        "changed %d %d %d",
        nanos[times / 2] / NANOS_IN_MICRO,
        nanos[times - 1 - times / 100] / NANOS_IN_MICRO,
        nanos[times - 1] / NANOS_IN_MICRO);
  }

  /** Nanoseconds that it took. */
  private long apply(DataPath there) {
    var table = vips.table();
    long begun = net.time().nanos();
    ApplyReport report = there.apply(table).toCompletableFuture().join();
    long took = net.time().nanos() - begun;
    report
        .services()
        .forEach(
            (frontend, outcome) -> {
              if (outcome.state() != State.SERVING) {
                throw new IllegalStateException(frontend + ": " + outcome);
              }
            });
    if (report.services().size() != table.services().size()) {
      throw new IllegalStateException("served: " + report.services().size());
    }
    return took;
  }

  private String end(boolean leaveInPlace) {
    DataPath ended = there();
    path = null;
    ended.stop(leaveInPlace, Duration.ZERO).toCompletableFuture().join();
    return leaveInPlace ? "left" : "unloaded";
  }

  private DataPath there() {
    DataPath there = path;
    if (there == null) {
      throw new IllegalStateException("nothing is loaded");
    }
    return there;
  }
}
