// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.role;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.standalone.LauncherProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place for one node in processes of their own, one after the other, and the real dig to ask it.
 */
final class RunningNode {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern STATUS = Pattern.compile("status: ([A-Z]+)");

  private final Path folder;
  private final int dns;
  private final int admin;

  RunningNode(Path folder) throws IOException {
    this.folder = folder;
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dns = one.getLocalPort();
      admin = two.getLocalPort();
    }
  }

  /**
   * Starts a process, without waiting for it.
   *
   * @param sources the section, in the brackets of YAML
   */
  LauncherProcess start(String role, String sources) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("node.yaml"),
            """
            node: {dataDir: data, address: 127.0.0.1}
            admin: {listen: "127.0.0.1:%d"}
            sources: %s
            dns: {listen: ["127.0.0.1:%d"]}
            """
                .formatted(admin, sources, dns));
    return LauncherProcess.start(role, "--config", file.toString());
  }

  String adminUrl() {
    return "http://127.0.0.1:" + admin;
  }

  /** Addresses of a name. */
  List<String> addresses(String name) {
    return dig("+short", name).lines().sorted().toList();
  }

  /** The response code for a name. */
  String rcode(String name) {
    Matcher status = STATUS.matcher(dig(name));
    return status.find() ? status.group(1) : "no answer";
  }

  private String dig(String... question) {
    List<String> command =
        new ArrayList<>(
            List.of("dig", "+tries=3", "+time=2", "@127.0.0.1", "-p", Integer.toString(dns)));
    command.addAll(List.of(question));
    try {
      Process process = new ProcessBuilder(command).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out.strip();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What the node says of one of its sources; missing while nobody listens. */
  JsonNode source(int number) {
    try {
      return JSON.readTree(get("/v1/status")).path("sources").path(number);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  boolean ready() {
    try {
      return answer("/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What the admin server answers at a path. */
  String get(String path) throws IOException {
    return answer(path).body();
  }

  private HttpResponse<String> answer(String path) throws IOException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(adminUrl() + path)).build(),
              BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
