// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.net.Cidr;
import java.time.Duration;
import java.util.List;

/** Writes the JSON form: what has its default value is left out, as DC/OS leaves it out. */
final class ConfigWriter {

  private ConfigWriter() {}

  static String json(NetworkConfig config) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("vtep_subnet", config.vtepSubnet().toString());
    config.vtepSubnet6().ifPresent(subnet -> json.put("vtep_subnet6", subnet.toString()));
    json.put("vtep_mac_oui", config.vtepMacOui().toString());
    config.vtepMtu().ifPresent(mtu -> json.put("vtep_mtu", mtu));
    if (config.vni() != NetworkConfig.DEFAULT_VNI) {
      json.put("vni", config.vni());
    }
    if (!config.vtepName().equals("vtep" + config.vni())) {
      json.put("vtep_name", config.vtepName());
    }
    if (config.vxlanPort() != NetworkConfig.DEFAULT_VXLAN_PORT) {
      json.put("vxlan_port", config.vxlanPort());
    }
    if (config.backend() != Backend.VXLAN) {
      json.put("backend", config.backend().text());
    }
    reserved(json, config.reserved());
    duration(json, "reuse_delay", config.reuseDelay(), NetworkConfig.DEFAULT_REUSE_DELAY);
    duration(json, "delete_guard", config.deleteGuard(), NetworkConfig.DEFAULT_DELETE_GUARD);
    duration(json, "takeover", config.takeover(), NetworkConfig.DEFAULT_TAKEOVER);
    duration(json, "quorum_wait", config.quorumWait(), NetworkConfig.DEFAULT_QUORUM_WAIT);
    config
        .autoReclaimAfter()
        .ifPresent(silence -> json.put("auto_reclaim_after", DurationText.format(silence)));
    ArrayNode overlays = json.putArray("overlays");
    config.overlays().forEach(overlay -> overlay(overlays.addObject(), overlay));
    return json.toString();
  }

  private static void overlay(ObjectNode json, OverlayConfig overlay) {
    json.put("name", overlay.name());
    overlay.ipv4().ifPresent(space -> space(json, "", space));
    overlay.ipv6().ifPresent(space -> space(json, "6", space));
    if (!overlay.enabled()) {
      json.put("enabled", false);
    }
    reserved(json, overlay.reserved());
    if (!overlay.pools().equals(PoolConfig.DEFAULTS)) {
      ArrayNode pools = json.putArray("pools");
      overlay
          .pools()
          .forEach(pool -> pools.addObject().put("id", pool.id()).put("bridge", pool.bridge()));
    }
  }

  private static void space(ObjectNode json, String suffix, OverlayConfig.Space space) {
    json.put("subnet" + suffix, space.subnet().toString());
    json.put("prefix" + suffix, space.prefix());
  }

  private static void reserved(ObjectNode json, List<Cidr> ranges) {
    if (!ranges.isEmpty()) {
      ArrayNode list = json.putArray("reserved");
      ranges.forEach(range -> list.add(range.toString()));
    }
  }

  private static void duration(ObjectNode json, String name, Duration value, Duration normal) {
    if (!value.equals(normal)) {
      json.put(name, DurationText.format(value));
    }
  }
}
