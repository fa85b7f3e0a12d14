// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.GossipCluster;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.member.GossipEvent;
import io.dcosnet.gossip.member.GossipEvent.MemberChanged;
import io.dcosnet.netty.BindFailedException;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.Interruption;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A member that runs: its events go to standard output, and commands come from standard input.
 *
 * <p><b>Confined to</b> the thread that starts it; lines of events come from others.
 */
final class RunningMember {

  /** Longest time for the others to hear that it goes. */
  private static final Duration FAREWELL = Lifecycle.DEFAULT_GRACE;

  private final NetRuntime net;
  private final Console console;
  private final GossipCluster gossip;
  private final EventLines lines;
  private final MemberCommands commands;

  /**
   * Builds it; opens nothing.
   *
   * @param counts what the runtime counts into
   */
  RunningMember(
      NodeWish wish,
      NetRuntime net,
      MemberCounts counts,
      Interruption interruption,
      Console console) {
    this.net = net;
    this.console = console;
    KeyRing keys = wish.keys();
    gossip = wish.build(keys, net);
    MemberNames names = new MemberNames(gossip::id, wish.name());
    lines = new EventLines(names, net.time());
    commands =
        new MemberCommands(
            gossip, keys, names, counts, lines, console, net.executor(), interruption::ask);
  }

  /**
   * Starts it and returns when it listens.
   *
   * @throws CommandFailure when another one has its folder, or the disk fails
   */
  void start() {
    var unused = gossip.onEvent(net.executor(), this::happened);
    try {
      net.startAll(gossip);
    } catch (BindFailedException e) {
      throw e;
    } catch (DcosNetException e) {
      throw CommandFailure.environment(String.valueOf(e.getMessage()), e);
    }
    console.line(
        lines.line("ready", gossip.id()).put("address", gossip.address().toString()).toString());
    Thread reader = new Thread(this::read, "dcosnet-commands");
    reader.setDaemon(true); // reading cannot be interrupted
    reader.start();
  }

  private void happened(GossipEvent event) {
    String line = lines.line(event).toString();
    boolean ownEnd =
        event instanceof MemberChanged changed
            && changed.after() == Member.State.LEFT
            && changed.id().equals(gossip.id());
    if (!ownEnd) { // said once, when it is through
      console.line(line);
    }
  }

  private void read() {
    try (BufferedReader input =
        new BufferedReader(
            new InputStreamReader(
                new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        commands.run(line);
      }
    } catch (IOException e) {
      // Whoever gave the commands is gone; the member goes on until it is told to stop.
      console.err().println("dcos-net: no more commands: " + e.getMessage());
    }
  }

  /** Tells the others that it goes, and waits until they were told. */
  void leave() {
    try {
      gossip
          .leave(FAREWELL)
          .toCompletableFuture()
          .get(FAREWELL.toNanos() * 2, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw CommandFailure.refused("not all were told that this member leaves: " + e);
    }
    console.line(lines.line("left", gossip.id()).toString());
  }
}
