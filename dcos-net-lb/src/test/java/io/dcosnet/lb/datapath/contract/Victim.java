// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.spi.TimeSource;
import io.dcosnet.lb.DataPathChoice;
import io.dcosnet.lb.DataPaths;
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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * A process that applies table after table until it is killed. Input {@code from N} makes it begin
 * with table N; when that is true, it waits for another line, and goes on with the next. Each table
 * that is true is told by a line with its number.
 */
final class Victim {

  private Victim() {}

  /**
   * Runs until it is killed, or its input ends.
   *
   * @param arguments {@code nft}, {@code socket} or {@code auto}, the control group for sockets,
   *     what {@link ChangingTables#parse} reads
   */
  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    ChangingTables tables =
        ChangingTables.parse(Arrays.copyOfRange(arguments, 2, arguments.length));
    String begin = in.readLine();
    if (begin == null) {
      return; // never needed
    }
    DataPath path = path(arguments[0], arguments[1]);
    int number = Integer.parseInt(begin.substring("from ".length()));
    apply(path, tables, number);
    if (in.readLine() == null) {
      throw new IOException("the one who kills is gone");
    }
    while (true) {
      number++;
      apply(path, tables, number);
    }
  }

  private static DataPath path(String kind, String group) {
    return switch (kind) {
      case "nftables" ->
          new NftDataPath(TimeSource.system(), MetricsSink.none(), NftConfig.defaults());
      case "socket" -> new SocketDataPath(TimeSource.system(), MetricsSink.none(), sockets(group));
      case "auto" ->
          DataPathChoice.builder()
              .offer(
                  DataPaths.SOCKET,
                  net -> new SocketDataPath(net.time(), net.metrics(), sockets(group)))
              .build()
              .create(NetRuntime.create());
      default -> throw new IllegalArgumentException("path: " + kind);
    };
  }

  private static SocketConfig sockets(String group) {
    return SocketConfig.builder().controlGroup(Path.of(group)).build();
  }

  private static void apply(DataPath path, ChangingTables tables, int number) throws Exception {
    ApplyReport report =
        path.apply(tables.table(number)).toCompletableFuture().get(60, TimeUnit.SECONDS);
    if (!report.services().values().stream().allMatch(each -> each.state() == State.SERVING)) {
      throw new IllegalStateException(report.toString());
    }
    System.out.println(number);
  }
}
