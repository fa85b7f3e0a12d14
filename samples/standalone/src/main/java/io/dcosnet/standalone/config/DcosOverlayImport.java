// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dcosnet.overlay.config.ConfigCheck;
import io.dcosnet.overlay.config.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node takes of the configuration of the overlay modules of DC/OS: the networks from that of
 * a master; whether there are subnets, which bridges, and the MTU from that of an agent. What else
 * they set is told in a warning. <b>Immutable.</b>
 *
 * @param network null where no file says so
 * @param part null where no file says so
 * @param pools empty for all
 * @param mtu null where no file says so
 * @see <a href="https://github.com/dcos/dcos-mesos-modules">dcos/dcos-mesos-modules
 *     overlay/overlay.proto</a>
 */
record DcosOverlayImport(
    @Nullable NetworkConfig network,
    @Nullable HostPart part,
    List<String> pools,
    @Nullable Integer mtu) {

  private static final Logger LOGGER = LoggerFactory.getLogger(DcosOverlayImport.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DcosOverlayImport NOTHING =
      new DcosOverlayImport(null, null, List.of(), null);

  /** What has no effect here, with where to say it, empty for nowhere. */
  private static final Map<String, String> NOT_TAKEN =
      Map.of(
          "zk", " (say it in overlay.master.zk)",
          "replicated_log_dir", " (it is in node.dataDir)",
          "replicated_log_timeout", "",
          "master", " (say it in overlay.agent.masters)",
          "cni_dir", "",
          "cni_data_dir", "",
          "max_configuration_attempts", "");

  /**
   * Reads the file.
   *
   * @param overlay gets what is wrong with it
   * @param file null for none
   */
  static DcosOverlayImport read(Section overlay, String key, @Nullable Path file, Role role) {
    if (file == null) {
      return NOTHING;
    }
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      root.fieldNames().forEachRemaining(name -> warn(file, name));
      return role == Role.MASTER
          ? ofMaster(overlay, key, file, root.path("network"))
          : ofAgent(overlay, key, file, root.path("network_config"));
    } catch (JsonProcessingException e) {
      overlay.problem(key, file, "one JSON object: " + e.getOriginalMessage());
    } catch (IOException e) {
      overlay.problem(key, file, "a file that can be read: " + e.getMessage());
    }
    return NOTHING;
  }

  private static void warn(Path file, String name) {
    String instead = NOT_TAKEN.get(name);
    if (instead != null) {
      LOGGER.warn("{}: {}: has no effect here{}", file, name, instead);
    } else if (!name.equals("network") && !name.equals("network_config")) {
      LOGGER.warn("{}: {}: is not known", file, name);
    }
  }

  private static DcosOverlayImport ofMaster(
      Section overlay, String key, Path file, JsonNode network) {
    if (!network.isObject()) {
      overlay.problem(key, file, "an object network, as the configuration of a master has it");
      return NOTHING;
    }
    ConfigCheck check = NetworkConfig.check(network.toString());
    check.problems().forEach(problem -> overlay.problemLine(key + ": network." + problem));
    check.warnings().forEach(warning -> LOGGER.warn("{}: network.{}", file, warning));
    return new DcosOverlayImport(check.config().orElse(null), null, List.of(), null);
  }

  private static DcosOverlayImport ofAgent(
      Section overlay, String key, Path file, JsonNode network) {
    if (!network.isObject()) {
      overlay.problem(key, file, "an object network_config, as that of an agent has it");
      return NOTHING;
    }
    boolean subnets = flag(overlay, key, network, "allocate_subnet");
    List<String> pools = new ArrayList<>();
    if (flag(overlay, key, network, "mesos_bridge")) {
      pools.add("cni");
    }
    if (flag(overlay, key, network, "docker_bridge")) {
      pools.add("docker");
    }
    // Masters of DC/OS have a subnet and no bridge, which is a gateway that wastes a subnet.
    HostPart part = subnets && !pools.isEmpty() ? HostPart.CONTAINERS : HostPart.GATEWAY;
    return new DcosOverlayImport(
        null, part, pools.size() == 2 ? List.of() : pools, mtu(overlay, key, network));
  }

  private static boolean flag(Section overlay, String key, JsonNode network, String name) {
    JsonNode value = network.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      overlay.problemLine(
          key + ": network_config." + name + ": " + value + " (expected: true or false)");
    }
    return value.asBoolean(true);
  }

  private static @Nullable Integer mtu(Section overlay, String key, JsonNode network) {
    JsonNode value = network.path("overlay_mtu");
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isInt() || value.asInt() < 552 || value.asInt() > 65_535) {
      overlay.problemLine(
          key + ": network_config.overlay_mtu: " + value + " (expected: 552-65535)");
      return null;
    }
    return value.asInt();
  }
}
