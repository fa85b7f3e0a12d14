// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip.log;

import io.dcosnet.api.Bytes;
import io.dcosnet.api.net.NodeId;
import io.dcosnet.api.spi.MetricsSink;
import io.dcosnet.api.store.NodeIdFile;
import io.dcosnet.gossip.crdt.CrdtOp;
import io.dcosnet.gossip.settings.StoreSettings;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.gossip.store.Delta;
import io.dcosnet.gossip.store.Hlc;
import io.dcosnet.gossip.store.StoreLimits;
import io.dcosnet.gossip.store.StoreRecord;
import io.dcosnet.netty.NetRuntime;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process that writes to a store until somebody kills it. It prints what it found, what it is
 * about to write, and what it was told is safe.
 */
final class StoreVictim {

  static final int KEYS = 40;

  private static final int AT_A_TIME = 8;
  private static final int IMAGE_EVERY = 150;

  private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
  private final Hlc clock = new Hlc();
  private final NetRuntime net;
  private final StoreFiles files;
  private final SplittableRandom random;
  private final long run;
  private int writes;

  private StoreVictim(NetRuntime net, StoreFiles files, long run) {
    this.net = net;
    this.files = files;
    this.run = run;
    this.random = new SplittableRandom(run);
  }

  /** Arguments: directory, policy, number of the run. */
  public static void main(String[] arguments) {
    Path data = Path.of(arguments[0]);
    long run = Long.parseLong(arguments[2]);
    NetRuntime net = NetRuntime.create();
    NodeId id = NodeIdFile.loadOrCreate(data, new SecureRandom());
    ExecutorService loop = Executors.newSingleThreadExecutor();
    StorePlace place =
        new StorePlace(
            data,
            id,
            run == 0,
            net.time().wallMillis(),
            StoreSettings.lan().withSync(Sync.valueOf(arguments[1])),
            StoreLimits.USUAL,
            loop,
            net.executor(),
            net.scheduler(),
            MetricsSink.none());
    StoreVictim victim = new StoreVictim(net, StoreFiles.open(place), run);
    loop.execute(victim::begin);
  }

  private void begin() {
    files
        .state()
        .cells()
        .forEach(
            (key, cell) -> {
              var winner = cell.winner();
              if (winner != null) {
                String value = winner.getValue().value().toUtf8().strip();
                say("found " + key + " " + value + " " + winner.getKey());
              }
            });
    say("begins " + files.state().self());
    for (int i = 0; i < AT_A_TIME; i++) {
      write();
    }
  }

  private void write() {
    String key = "key" + random.nextInt(KEYS);
    long number = run * 1_000_000 + ++writes;
    long time = clock.next(net.time().wallMillis());
    Delta delta;
    if (random.nextInt(3) == 0) {
      say("delete " + key + " " + number);
      delta = files.state().delete(key, time);
    } else {
      say("put " + key + " " + number);
      String value = number + " ".repeat(random.nextInt(20) == 0 ? random.nextInt(50_000) : 20);
      delta = files.state().update(key, List.of(new CrdtOp.Put(Bytes.utf8(value))), time);
    }
    files.append(
        StoreRecord.of(delta),
        true,
        fault -> {
          say((fault.isEmpty() ? "safe " : fault + " ") + number + " " + delta.last().dot());
          write();
        });
    if (writes % IMAGE_EVERY == 0) {
      files.snapshot(files.state().image());
    }
  }

  private void say(String line) {
    out.print(line + "\n");
    out.flush();
  }
}
