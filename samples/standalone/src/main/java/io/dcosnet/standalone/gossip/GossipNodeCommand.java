// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.gossip.settings.StoreSettings.Sync;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.cli.Logs;
import io.dcosnet.standalone.config.GossipPreset;
import io.dcosnet.standalone.config.SeedText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code dcos-net gossip node}: one member of a cluster. */
@CommandLine.Command(
    name = "node",
    description = {
      "Run one member of a cluster until Ctrl-C, which makes it leave in order.",
      "Prints a line of JSON for each thing that it notices, and takes commands on",
      "standard input, one a line; help lists them."
    })
public final class GossipNodeCommand implements Command {

  /** Clusters that nobody named hear each other. */
  static final String DEFAULT_LABEL = "dcos-net";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name for people: letters, digits, '.', '_', '-'.")
  @Nullable String name;

  @Option(
      names = "--bind",
      paramLabel = "ADDR:PORT",
      description = "Where to listen, over UDP and TCP; port 0 takes a free one.")
  @Nullable String bind;

  @Option(
      names = "--advertise",
      paramLabel = "ADDR:PORT",
      description = "What the others are told instead.")
  @Nullable String advertise;

  @Option(
      names = "--seeds",
      paramLabel = "SEED[,SEED…]",
      arity = "1..*",
      split = ",",
      description = "Where other members are, ADDR:PORT or HOST[:PORT]; may be itself.")
  List<String> seeds = List.of();

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "The key that all members share, as gossip key makes it.")
  @Nullable String keyFile;

  @Option(
      names = "--insecure",
      description = "No encryption and no proof of who sent what, for tests only.")
  boolean insecure;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "Name of the cluster; without: " + DEFAULT_LABEL + ". Others are not heard.")
  @Nullable String label;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where identity, start number, members, keys and the store outlive the process.")
  @Nullable String data;

  @Option(
      names = "--sync",
      paramLabel = "WHEN",
      description =
          "When a write to the store counts as safe: each, once it is on disk; interval, some 0.2 s"
              + " before that; none, when the system likes. Without: interval.")
  @Nullable String sync;

  @Option(
      names = "--preset",
      paramLabel = "PRESET",
      description = "How fast it is and how patient: lan, wan or local; without: lan.")
  @Nullable String preset;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      arity = "1..*",
      description = "What it tells the others of itself.")
  List<String> metadata = List.of();

  @Override
  public int run(Arguments arguments, Console console) {
    NodeWish wish = wish(arguments);
    if (wish.data() != null) {
      DataFolder.make(wish.data());
    }
    Logs.warningsOnly();
    MemberCounts counts = new MemberCounts();
    try (Interruption interruption = Interruption.expected();
        NetRuntime net = NetRuntime.builder().ioThreads(1).metrics(counts).build()) {
      RunningMember member = new RunningMember(wish, net, counts, interruption, console);
      member.start();
      interruption.await();
      member.leave();
      return ExitCode.OK;
    }
  }

  private NodeWish wish(Arguments arguments) {
    var named = arguments.required("--name", name, GossipNodeCommand::name, "a name");
    var bound = arguments.required("--bind", bind, HostPort::parse, "ADDR:PORT");
    HostPort told =
        arguments.<HostPort>optional("--advertise", advertise, HostPort::parse, "ADDR:PORT").get();
    List<SeedText> others = new ArrayList<>();
    for (String seed : seeds) {
      SeedText text =
          arguments.<SeedText>optional("--seeds", seed, SeedText::parse, SeedText.FORM).get();
      if (text != null && text.isMasters()) {
        arguments.problem("--seeds: " + seed + " (expected: an address or a host)");
      } else if (text != null) {
        others.add(text);
      }
    }
    GossipKey key = keyFile == null ? null : key(keyFile, arguments);
    if (keyFile == null && !insecure) {
      arguments.problem(
          "--key-file: missing (expected: a file with a key as dcos-net gossip key makes it, or"
              + " --insecure)");
    } else if (keyFile != null && insecure) {
      arguments.problem("--insecure: given (expected: not beside --key-file)");
    }
    GossipPreset speed =
        arguments
            .<GossipPreset>optional(
                "--preset", preset, GossipNodeCommand::preset, "lan, wan or local")
            .get();
    Sync safe =
        arguments
            .<Sync>optional("--sync", sync, GossipNodeCommand::sync, "each, interval or none")
            .get();
    Path folder = arguments.<Path>optional("--data", data, Path::of, "a folder").get();
    Map<String, String> says = metadata(arguments);
    arguments.check();
    return new NodeWish(
        named.get(),
        bound.get(),
        told,
        others,
        folder,
        key,
        Objects.requireNonNullElse(label, DEFAULT_LABEL),
        Objects.requireNonNullElse(speed, GossipPreset.LAN),
        Objects.requireNonNullElse(safe, Sync.INTERVAL),
        says);
  }

  /** Says what is wrong with a file, and never what stands in it. */
  private static @Nullable GossipKey key(String file, Arguments arguments) {
    try {
      return GossipKey.read(Path.of(file));
    } catch (DcosNetException | InvalidPathException e) {
      arguments.problem("--key-file: " + e.getMessage());
      return null;
    }
  }

  private Map<String, String> metadata(Arguments arguments) {
    try {
      return MetadataText.parse(metadata);
    } catch (IllegalArgumentException e) {
      arguments.problem("--metadata: " + e.getMessage());
      return Map.of();
    }
  }

  private static String name(String text) {
    if (!text.matches("[A-Za-z0-9._-]{1,128}")) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static GossipPreset preset(String text) {
    return GossipPreset.valueOf(lowerCase(text).toUpperCase(Locale.ROOT));
  }

  private static Sync sync(String text) {
    return Sync.valueOf(lowerCase(text).toUpperCase(Locale.ROOT));
  }

  private static String lowerCase(String text) {
    if (!text.equals(text.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }
}
