// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.gossip;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.key.KeyRing;
import io.dcosnet.gossip.seed.Seeds;
import io.dcosnet.gossip.settings.GossipSettings;
import io.dcosnet.netty.NetRuntime;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A member in a process of its own, to be killed or stopped by signals. */
final class MemberProcess implements AutoCloseable {

  private final Process process;
  private final String id;

  private MemberProcess(Process process, String id) {
    this.process = process;
    this.id = id;
  }

  /** The child: joins, says who it is, and lives until its standard input ends. */
  public static void main(String[] args) throws IOException {
    NetRuntime net = NetRuntime.builder().ioThreads(1).build();
    GossipCluster node =
        GossipCluster.builder(net)
            .name("child")
            .bind(HostPort.parse("127.0.0.1:0"))
            .seeds(Seeds.of(HostPort.parse(args[0])))
            .keys(KeyRing.of(Clusters.key(1)))
            .label("test")
            .settings(args[1].equals("lan") ? GossipSettings.lan() : GossipSettings.local())
            .build();
    net.startAll(node);
    System.out.println("id " + node.id());
    while (System.in.read() >= 0) {
      // until the parent ends
    }
    net.close();
  }

  static MemberProcess start(HostPort seed, String preset) throws IOException {
    String classPath =
        Stream.of("java.class.path", "jdk.module.path")
            .map(key -> System.getProperty(key, ""))
            .filter(path -> !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classPath,
                    MemberProcess.class.getName(),
                    seed.toString(),
                    preset))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = said.readLine();
    while (line != null && !line.startsWith("id ")) {
      line = said.readLine();
    }
    if (line == null) {
      process.destroyForcibly();
      throw new IOException("the child ended without a word");
    }
    return new MemberProcess(process, line.substring(3));
  }

  String id() {
    return id;
  }

  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + ": exit " + code);
    }
  }

  /** SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
