// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.zookeeper.ZooKeeperMasterDetector;
import io.dcosnet.zookeeper.ZooKeeperUrl;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code sources}: where a node learns what runs in the cluster. <b>Immutable.</b>
 *
 * @param kind how the cluster is learned; null where nothing says from where
 * @param zooKeeper where the masters elect their leader; null for not
 * @param detectionTimeout how long there may be no leader before somebody is told
 * @param file a state in a file; null for none
 * @param basicFile principal and secret for masters; null for none
 * @param iamFile service account of DC/OS; null for none
 * @param agent null where this node does not ask the Mesos agent beside it
 * @param persist whether what is known outlives the process
 */
public record SourcesConfig(
    @Nullable SourceKind kind,
    List<URI> masters,
    @Nullable ZooKeeperUrl zooKeeper,
    Duration detectionTimeout,
    @Nullable Path file,
    Duration refresh,
    Duration timeout,
    Duration electionGrace,
    @Nullable Path basicFile,
    @Nullable Path iamFile,
    Tls tls,
    @Nullable Agent agent,
    boolean persist) {

  /** Ways to learn what runs in the cluster. */
  public enum SourceKind {
    /** The events of the leading master as they happen. */
    STREAM,
    /** Its whole state, again and again. */
    STATE,
    /** A file with such a state. */
    FILE
  }

  /** Files in PEM, each null where not given. */
  public record Tls(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key) {}

  /** The Mesos agent beside this node. */
  public record Agent(URI url, Duration refresh) {}

  /** Of a place in ZooKeeper. */
  static final String ZOO_KEEPER_FORM = "zk://[USER:PASSWORD@]HOST:PORT[,HOST:PORT…]/PATH";

  static SourcesConfig read(Section sources) {
    SourceKind kind =
        sources.optional(
            "kind",
            Kind.word(List.of(SourceKind.values())),
            "How the cluster is learned: from the events of the leading master (and its state where it"
                + " has no events), from its state that is polled, or from a file. Without: file where there is one, else stream.");
    List<URI> masters =
        sources.list(
            "masters",
            Kind.URL,
            List.of(),
            "Mesos masters, in the order in which they are asked and numbered; with a path where"
                + " theirs are below it, https://dcos.example.org/mesos.");
    ZooKeeperUrl zooKeeper =
        sources.optional(
            "zk",
            Kind.ofSecretText(ZOO_KEEPER_FORM, ZooKeeperUrl::parse, SourcesConfig::redacted),
            "Where the masters elect their leader, in place of masters or beside them.");
    Duration detectionTimeout =
        sources.value(
            "detectionTimeout",
            Kind.DURATION,
            ZooKeeperMasterDetector.DEFAULT_DETECTION_TIMEOUT,
            "Time without a leader in ZooKeeper before the status says so; 0s for never.");
    Path file =
        sources.optional(
            "file", sources.readableFile(), "What a master answers at /master/state; watched.");
    Duration refresh =
        positive(
            sources, "refresh", Duration.ofMinutes(1), "Time between two reads of a whole state.");
    Duration timeout =
        positive(sources, "timeout", Duration.ofMinutes(5), "Time that one whole read may take.");
    Duration electionGrace =
        sources.value(
            "electionGrace",
            Kind.DURATION,
            Duration.ofMinutes(10),
            "Time that a new master gives its agents to come back, before what ran there is gone.");
    Section authentication =
        sources.section(
            "authentication",
            "What this node shows to the masters and the agent that are configured, and to masters"
                + " that zk tells of; one of the two.");
    Path basicFile =
        authentication.optional(
            "basicFile",
            authentication.readableFile(),
            "JSON with principal and secret, for HTTP basic authentication.");
    Path iamFile =
        authentication.optional(
            "iamFile",
            authentication.readableFile(),
            "JSON of a DC/OS service account, with uid, private_key and login_endpoint.");
    if (basicFile != null && iamFile != null) {
      authentication.problem("iamFile", iamFile, "not beside basicFile");
    }
    Tls tls = readTls(sources.section("tls", "For masters and agents over https; files in PEM."));
    Agent agent = readAgent(sources.section("agent", "The Mesos agent on this node."));
    boolean persist =
        sources.value(
            "persist",
            Kind.FLAG,
            true,
            "Whether what is known is kept in the folder state of node.dataDir, so that a node that"
                + " starts while nobody answers tells it, and serials of zones never go back.");
    SourceKind chosen = choose(sources, kind, masters, zooKeeper, file);
    return new SourcesConfig(
        chosen,
        masters,
        zooKeeper,
        detectionTimeout,
        file,
        refresh,
        timeout,
        electionGrace,
        basicFile,
        iamFile,
        tls,
        agent,
        persist);
  }

  /** Whether nobody said from where; of the whole cluster, rightly or wrongly. */
  boolean saysNothing(Section sources) {
    return agent == null
        && List.of("kind", "masters", "zk", "file").stream().noneMatch(sources::isGiven);
  }

  private static @Nullable SourceKind choose(
      Section sources,
      @Nullable SourceKind kind,
      List<URI> masters,
      @Nullable ZooKeeperUrl zooKeeper,
      @Nullable Path file) {
    boolean network = !masters.isEmpty() || zooKeeper != null;
    if (file != null && network) {
      sources.problem("file", file, "not beside masters or zk");
    }
    if (kind == SourceKind.FILE && !sources.isGiven("file")) {
      sources.problem("file", "missing", "a readable file, as the kind says");
    }
    boolean wanted = kind == SourceKind.STREAM || kind == SourceKind.STATE;
    if (wanted && !sources.isGiven("masters") && !sources.isGiven("zk")) {
      sources.problem("masters", "missing", "masters or zk, as the kind says");
    }
    SourceKind chosen = kind;
    if (chosen == null) {
      chosen = file != null ? SourceKind.FILE : network ? SourceKind.STREAM : null;
    }
    if (chosen == SourceKind.STREAM) {
      masters.stream()
          .filter(SourcesConfig::isState)
          .forEach(master -> sources.problem("masters", master, "without /state, or kind: state"));
    }
    return chosen;
  }

  /** Whether it is where a master tells its state, rather than the master itself. */
  public static boolean isState(URI master) {
    return master.getRawPath().matches(".*/state(\\.json)?");
  }

  private static Tls readTls(Section tls) {
    Tls files =
        new Tls(
            tls.optional(
                "authorities", tls.readableFile(), "Who may sign the certificates of masters."),
            tls.optional("certificate", tls.readableFile(), "What this node shows to masters."),
            tls.optional("key", tls.readableFile(), "Its key, PKCS#8 without password."));
    if (tls.isGiven("certificate") != tls.isGiven("key")) {
      tls.problem("key", "only one of certificate and key", "both or none");
    }
    return files;
  }

  private static @Nullable Agent readAgent(Section agent) {
    URI url =
        agent.optional(
            "url",
            Kind.URL,
            "The Mesos agent beside this node, http://ADDR:5051, which knows its tasks while all"
                + " masters are down.");
    Duration refresh =
        positive(agent, "refresh", Duration.ofSeconds(2), "Time between two reads of its state.");
    return url == null ? null : new Agent(url, refresh);
  }

  private static Duration positive(Section section, String key, Duration byDefault, String help) {
    Duration value = section.value(key, Kind.DURATION, byDefault, help);
    if (value.isZero()) {
      section.problem(key, DurationText.of(value), "more than zero");
    }
    return value;
  }

  /** As it may be shown. */
  static String redacted(ZooKeeperUrl url) {
    String credentials = url.credentials() == null ? "" : Kind.REDACTED + "@";
    return "zk://" + credentials + String.join(",", url.servers()) + url.path();
  }
}
