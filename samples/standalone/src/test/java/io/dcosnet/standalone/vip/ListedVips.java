// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.vip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.standalone.CommandRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code dcos-net vip list} says, a line for each back end.
 *
 * @param vips such as {@code tcp web.marathon 11.225.37.143:80 > 192.0.2.11:31000 on 192.0.2.11},
 *     with {@code (sick)} behind it when the back end gets nothing new
 * @param rejected such as {@code web.1 VIP_0 VIP_NO_PORT}
 * @param told what it says to persons
 */
record ListedVips(List<String> vips, List<String> rejected, List<String> told) {

  static ListedVips ofState(Path state) {
    return read(CommandRun.of("vip", "list", "--mesos-state", state.toString()));
  }

  static ListedVips ofEvents(Path events) {
    return read(CommandRun.of("vip", "list", "--stream", events.toString()));
  }

  private static ListedVips read(CommandRun run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> vips = new ArrayList<>();
    for (JsonNode vip : run.json().get("vips")) {
      for (JsonNode backend : vip.get("backends")) {
        vips.add(line(vip, backend));
      }
    }
    List<String> rejected = new ArrayList<>();
    for (JsonNode label : run.json().get("rejected")) {
      String code = label.get("reason").asText().replaceFirst(":.*", "");
      rejected.add(label.get("task").asText() + " " + label.get("label").asText() + " " + code);
    }
    return new ListedVips(vips, rejected, run.errLines());
  }

  private static String line(JsonNode vip, JsonNode backend) {
    String name = vip.get("name").isNull() ? "" : vip.get("name").asText() + " ";
    assertThat(vip.get("fqdn").asText(""))
        .isEqualTo(name.isEmpty() ? "" : name.strip() + ".l4lb.thisdcos.directory");
    return vip.get("protocol").asText()
        + " "
        + name
        + place(vip)
        + " > "
        + place(backend)
        + " on "
        + backend.get("agent").asText()
        + (backend.get("healthy").asBoolean() ? "" : " (sick)");
  }

  private static String place(JsonNode node) {
    String address = node.get("address").asText();
    boolean ipv6 = address.contains(":");
    return (ipv6 ? "[" + address + "]" : address) + ":" + node.get("port").asInt();
  }
}
