// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks.overlay;

import io.dcosnet.api.event.Subscription;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.benchmarks.AddingMetrics;
import io.dcosnet.overlay.apply.NetlinkConfig;
import io.dcosnet.overlay.apply.NetlinkHostNetwork;
import io.dcosnet.overlay.host.HostReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The network of a host for {@code benchmarks/overlay/netlink.sh}, in the network namespace of its
 * process. It does what lines of its input say and answers each with a line:
 *
 * <ul>
 *   <li>{@code load PEERS}: with a new network, {@code loaded MS}; times are from the call of
 *       {@code apply} to its report, with devices, settings and filters
 *   <li>{@code adopt}: another network finds what is there, {@code adopted MS}
 *   <li>{@code move TIMES}: so many peers get another address, one after the other, {@code moved
 *       P50 P99 MAX} in µs
 *   <li>{@code repair}: somebody switches the tunnel off and on, {@code repaired MS} from then
 *       until all is there again
 *   <li>{@code files FOLDER}: writes what is loaded to {@code ip.batch} and {@code bridge.batch}
 *   <li>{@code unload}: removes everything
 * </ul>
 *
 * What goes wrong is answered with {@code failed} and why.
 */
public final class HostPath {

  private static final long NANOS_IN_MICRO = 1_000;

  private final TimeSource time = TimeSource.system();
  private final NetlinkConfig config;
  private @Nullable NetlinkHostNetwork network;
  private ManyPeers peers = new ManyPeers(0);

  private HostPath(NetlinkConfig config) {
    this.config = config;
  }

  /**
   * Goes on until its input ends.
   *
   * @param arguments {@code inline} to have a gateway in each route
   */
  public static void main(String[] arguments) throws IOException {
    boolean inline = arguments.length > 0 && arguments[0].equals("inline");
    HostPath one =
        new HostPath(inline ? NetlinkConfig.DEFAULT.withoutNextHops() : NetlinkConfig.DEFAULT);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(one.answer(line.split(" ", -1)));
    }
  }

  private String answer(String[] words) {
    try {
      return switch (words[0]) {
        case "load" -> {
          peers = new ManyPeers(Integer.parseInt(words[1]));
          network = make();
          yield String.format(Locale.ROOT, "loaded %.1f", apply(true) / 1e6);
        }
        case "adopt" -> {
          var unused = there().stop(true).toCompletableFuture().join();
          network = make();
          yield String.format(Locale.ROOT, "adopted %.1f", apply(false) / 1e6);
        }
        case "move" -> move(Integer.parseInt(words[1]));
        case "repair" -> String.format(Locale.ROOT, "repaired %.1f", repair() / 1e6);
        case "files" -> {
          Files.write(Path.of(words[1], "ip.batch"), peers.ipLines());
          Files.write(Path.of(words[1], "bridge.batch"), peers.bridgeLines());
          yield "written";
        }
        case "unload" -> {
          var unused = there().stop(false).toCompletableFuture().join();
          network = null;
          yield "unloaded";
        }
        default -> "failed unknown " + words[0];
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      return "failed " + e;
    }
  }

  private NetlinkHostNetwork make() {
    return new NetlinkHostNetwork(time, new SplittableRandom(1), new AddingMetrics(), config);
  }

  private String move(int times) {
    long[] nanos = new long[times];
    for (int i = 0; i < times; i++) {
      peers.move();
      nanos[i] = apply(true);
    }
    Arrays.sort(nanos);
    return String.format(
        Locale.ROOT,
        "moved %d %d %d",
        nanos[times / 2] / NANOS_IN_MICRO,
        nanos[times - 1 - times / 100] / NANOS_IN_MICRO,
        nanos[times - 1] / NANOS_IN_MICRO);
  }

  /** Nanoseconds that it took. */
  private long repair() throws IOException {
    AtomicInteger back = new AtomicInteger();
    CompletableFuture<Long> done = new CompletableFuture<>();
    int lost = 4 * peers.state().peers().size(); // of five; entries stay
    Subscription told =
        there()
            .onReport(
                report -> {
                  if (report.repair() && back.addAndGet(report.added()) >= lost) {
                    boolean unused = done.complete(time.nanos());
                  }
                });
    try {
      long begun = time.nanos();
      Process process = new ProcessBuilder("ip", "-batch", "-").start();
      try (OutputStream commands = process.getOutputStream()) {
        commands.write(
            "link set vtep1024 down\nlink set vtep1024 up\n".getBytes(StandardCharsets.US_ASCII));
      }
      return done.orTimeout(60, TimeUnit.SECONDS).join() - begun;
    } finally {
      told.close();
    }
  }

  /** Nanoseconds that it took. */
  private long apply(boolean changes) {
    var state = peers.state();
    long begun = time.nanos();
    HostReport report = there().apply(state).toCompletableFuture().join();
    long took = time.nanos() - begun;
    if (!report.faults().isEmpty()) {
      throw new IllegalStateException(
          report.faults().size() + " faults: " + report.faults().get(0));
    }
    if (changes != (report.added() + report.changed() + report.removed() > 0)) {
      throw new IllegalStateException("changed: " + !changes);
    }
    return took;
  }

  private NetlinkHostNetwork there() {
    NetlinkHostNetwork there = network;
    if (there == null) {
      throw new IllegalStateException("nothing is loaded");
    }
    return there;
  }
}
