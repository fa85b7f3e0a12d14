// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.api.net.Cidr;
import io.dcosnet.standalone.CommandRun;
import io.dcosnet.standalone.Dig;
import io.dcosnet.standalone.FakeMesosAgent;
import io.dcosnet.standalone.FakeMesosAgent.RunningTask;
import io.dcosnet.standalone.LauncherProcess;
import io.dcosnet.standalone.Ports;
import io.dcosnet.standalone.ServedTask;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine with a Mesos agent, a task that serves, and the role agent in a process of its own,
 * which knows that agent, its peers' gossip, and nothing else.
 */
final class VipNode implements AutoCloseable {

  private static final int ANSWER_MILLIS = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How many clusters there may be on a machine at a time. */
  private static final int BLOCKS = 50;

  private static final int FIRST_NETWORK = 70;

  private final int number;
  private final Cidr listenRange;
  private final Path folder;
  private final Path key;
  private final int gossipPort;
  private final int adminPort;
  private final Dig dig;
  private final int dnsPort;
  private final FakeMesosAgent mesos;
  private final ServedTask task;
  private @Nullable LauncherProcess process;

  /**
   * Some that belong together, up to three; none runs yet.
   *
   * @param folder gets a key that all share, without which nobody is believed to have seen a crash,
   *     and a folder for each
   */
  static List<VipNode> cluster(int size, Path folder) throws IOException {
    Path key =
        Files.createFile(
            folder.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, CommandRun.of("gossip", "key").out());
    int block = Ports.free(1).get(0) % BLOCKS; // as others may run such a test just now
    List<VipNode> nodes = new ArrayList<>();
    for (int number = 1; number <= size; number++) {
      nodes.add(new VipNode(number, block, folder.resolve("n" + number), key));
    }
    return nodes;
  }

  private VipNode(int number, int block, Path folder, Path key) throws IOException {
    this.number = number;
    listenRange = Cidr.parse("127." + (FIRST_NETWORK + 3 * block + number) + ".0.0/16");
    this.key = key;
    this.folder = Files.createDirectories(folder);
    List<Integer> ports = Ports.free(3);
    gossipPort = ports.get(0);
    adminPort = ports.get(1);
    dnsPort = ports.get(2);
    dig = new Dig(dnsPort);
    mesos = new FakeMesosAgent("S" + number, address());
    task = new ServedTask("web." + number, address());
  }

  String address() {
    return "127.0.0." + (20 + number);
  }

  /** Where its VIPs are; no other node has this range. */
  Cidr listenRange() {
    return listenRange;
  }

  String gossip() {
    return address() + ":" + gossipPort;
  }

  String adminUrl() {
    return "http://127.0.0.1:" + adminPort;
  }

  ServedTask task() {
    return task;
  }

  /** Its Mesos agent tells of its task from now on, with these labels on the port. */
  void runs(Map<String, String> labels) {
    mesos.runs(List.of(new RunningTask(task.name(), "web", task.port(), labels)));
  }

  /** Its Mesos agent tells of no task any more. */
  void runsNothing() {
    mesos.runs(List.of());
  }

  /** Starts the process without waiting for it. */
  void start(List<String> seeds) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("node.yaml"),
            """
            node: {dataDir: data, address: %s}
            admin: {listen: "127.0.0.1:%d"}
            sources: {agent: {url: "%s", refresh: 250ms}}
            dns: {listen: ["127.0.0.1:%d"], mesos: {enabled: false}, dcos: {enabled: false}}
            gossip: {bind: "%s", seeds: %s, keyFile: %s}
            lb: {listenRange: %s, defaults: {policy: round-robin}}
            """
                .formatted(
                    address(), adminPort, mesos.url(), dnsPort, gossip(), seeds, key, listenRange));
    process = LauncherProcess.start("agent", "--config", file.toString());
  }

  void awaitReady() {
    running().until("ready"::equals);
  }

  /** Ends the process by a signal and gives its exit code. */
  int endBy(String signal) {
    int code = running().endBy(signal);
    process = null;
    return code;
  }

  private LauncherProcess running() {
    if (process == null) {
      throw new AssertionError("node " + number + " does not run");
    }
    return process;
  }

  /** What this node's DNS server says of the name of a VIP. */
  List<String> addresses(String vip) {
    return dig.shortly(vip + ".l4lb.thisdcos.directory", "A");
  }

  /** What this node's DNS server says to a question in dig's words. */
  List<String> dig(String... question) {
    return dig.shortly(question);
  }

  /** What the node says of VIPs; missing while nobody listens. */
  JsonNode status() {
    try {
      return JSON.readTree(get("/v1/status")).path("lb");
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  /** In which steps this node came to its belief about another one. */
  String whyDead(VipNode other) throws IOException {
    return get("/v1/gossip/member/agent-" + other.address() + "/why");
  }

  String get(String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(adminUrl() + path)).build(),
              BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * One question over a connection of its own.
   *
   * @return the name of the task that answered, or what went wrong
   */
  static String ask(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write("who\n".getBytes(StandardCharsets.US_ASCII));
      String answer =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      return answer == null ? "closed" : answer;
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    mesos.close();
    task.close();
  }
}
