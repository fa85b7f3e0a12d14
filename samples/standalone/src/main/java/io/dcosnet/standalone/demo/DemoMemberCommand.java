// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.gossip.key.GossipKey;
import io.dcosnet.standalone.cli.Arguments;
import io.dcosnet.standalone.cli.Command;
import io.dcosnet.standalone.cli.CommandFailure;
import io.dcosnet.standalone.cli.Console;
import io.dcosnet.standalone.cli.ExitCode;
import io.dcosnet.standalone.cli.Interruption;
import io.dcosnet.standalone.cli.Logs;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * {@code dcos-net demo-member}: one member of the demo in a process of its own, which {@code demo
 * --processes} starts. What it is comes as the first line on standard input, where nobody else sees
 * the key; then each line asks something and gets a line. It ends when the input does, so it does
 * not outlive who started it.
 */
@CommandLine.Command(name = "demo-member", hidden = true)
public final class DemoMemberCommand implements Command {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public int run(Arguments arguments, Console console) {
    arguments.check();
    Logs.warningsOnly();
    try (Interruption interruption = Interruption.expected();
        BufferedReader input =
            new BufferedReader(
                new InputStreamReader(
                    new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
      String first = input.readLine();
      if (first == null) {
        throw CommandFailure.refused("nobody says which member this is");
      }
      JsonNode wish = JSON.readTree(first);
      try (DemoMember member = member(wish)) {
        member.start();
        console.line(member.ready().toString());
        Thread reader = new Thread(() -> read(input, member, interruption, console), "lines");
        reader.setDaemon(true); // reading cannot be interrupted
        reader.start();
        interruption.await();
      }
      return ExitCode.OK;
    } catch (IOException e) {
      throw CommandFailure.refused("what to be cannot be read: " + e.getMessage());
    }
  }

  private static DemoMember member(JsonNode wish) {
    String seed = wish.path("seed").asText();
    DemoMembers members =
        new DemoMembers(
            GossipKey.parse(wish.path("key").asText()),
            seed.isEmpty() ? null : HostPort.parse(seed),
            Path.of(wish.path("data").asText()));
    int number = wish.path("number").asInt();
    return number == 0
        ? new MasterMember(members, wish.path("agents").asInt())
        : new AgentMember(members, number);
  }

  private static void read(
      BufferedReader input, DemoMember member, Interruption interruption, Console console) {
    try {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        console.line(answer(line, member));
      }
    } catch (IOException e) {
      console.err().println("dcos-net: no more questions: " + e.getMessage());
    } finally {
      interruption.ask();
    }
  }

  private static String answer(String line, DemoMember member) {
    try {
      return member.answer(JSON.readTree(line)).toString();
    } catch (JsonProcessingException
        | IllegalArgumentException
        | IllegalStateException
        | DcosNetException e) {
      return JsonNodeFactory.instance
          .objectNode()
          .put("error", String.valueOf(e.getMessage()))
          .toString();
    }
  }
}
