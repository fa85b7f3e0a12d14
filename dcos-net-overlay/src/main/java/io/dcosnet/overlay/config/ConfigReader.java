// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.overlay.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dcosnet.api.Bytes;
import io.dcosnet.overlay.json.StrictJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the JSON form into a draft and checks it. Whatever the document holds, the outcome is a
 * list of findings. <b>Confined to</b> the thread that reads.
 */
final class ConfigReader {

  /** Largest document in bytes or characters. */
  static final int MAX_SIZE = 1024 * 1024;

  private final NetworkConfig.Builder draft = NetworkConfig.builder();
  private final Findings findings;

  private ConfigReader(Findings findings) {
    this.findings = findings;
  }

  static ConfigCheck check(Bytes json) {
    if (json.size() > MAX_SIZE) {
      return refused("TOO_LARGE", json.size() + " bytes", "at most " + MAX_SIZE);
    }
    try {
      ByteBuffer bytes = json.toByteBuffer();
      return check(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      return refused("NOT_UTF8", "undecodable bytes", "UTF-8");
    }
  }

  static ConfigCheck check(String json) {
    if (json.length() > MAX_SIZE) {
      return refused("TOO_LARGE", json.length() + " characters", "at most " + MAX_SIZE);
    }
    JsonNode root;
    try {
      root = StrictJson.parse(json.startsWith("\ufeff") ? json.substring(1) : json);
    } catch (StreamConstraintsException e) {
      return refused(
          "TOO_DEEP", "beyond the limits", "at most " + StrictJson.MAX_DEPTH + " levels");
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      return refused("NOT_JSON", e.getOriginalMessage() + where, "one JSON object");
    }
    if (!root.isObject()) {
      return refused("NOT_JSON", JsonFields.kind(root), "one JSON object");
    }
    Findings findings = new Findings();
    ConfigReader reader = new ConfigReader(findings);
    reader.network(root);
    return ConfigRules.check(reader.draft, findings);
  }

  private static ConfigCheck refused(String code, String value, String expected) {
    Findings findings = new Findings();
    findings.problem(code, "document", value, expected);
    return new ConfigCheck(Optional.empty(), findings.problems(), List.of(), List.of());
  }

  private void network(JsonNode root) {
    JsonFields fields = new JsonFields("", root, findings);
    fields.cidr("vtep_subnet").ifPresent(draft::vtepSubnet);
    fields.cidr("vtep_subnet6").ifPresent(draft::vtepSubnet6);
    fields.mac("vtep_mac_oui").ifPresent(draft::vtepMacOui);
    fields.integer("vtep_mtu").ifPresent(draft::vtepMtu);
    fields.integer("vni").ifPresent(draft::vni);
    fields.text("vtep_name").ifPresent(draft::vtepName);
    fields.integer("vxlan_port").ifPresent(draft::vxlanPort);
    fields.text("backend").ifPresent(this::backend);
    draft.reserved(fields.cidrs("reserved"));
    fields.duration("reuse_delay").ifPresent(draft::reuseDelay);
    fields.duration("delete_guard").ifPresent(draft::deleteGuard);
    fields.duration("takeover").ifPresent(draft::takeover);
    fields.duration("quorum_wait").ifPresent(draft::quorumWait);
    fields.duration("auto_reclaim_after").ifPresent(draft::autoReclaimAfter);
    fields.objects("overlays").forEach(overlay -> draft.overlays.add(overlay(overlay)));
    fields.warnOfOthers();
  }

  private void backend(String text) {
    Backend.of(text)
        .ifPresentOrElse(
            draft::backend,
            () -> findings.problem("BACKEND", "backend", text, "direct, none or vxlan"));
  }

  private static OverlayConfig.Builder overlay(JsonFields fields) {
    OverlayConfig.Builder overlay = new OverlayConfig.Builder(fields.text("name").orElse(null));
    overlay.subnet = fields.cidr("subnet").orElse(null);
    overlay.prefix = fields.integer("prefix").orElse(null);
    overlay.subnet6 = fields.cidr("subnet6").orElse(null);
    overlay.prefix6 = fields.integer("prefix6").orElse(null);
    fields.bool("enabled").ifPresent(overlay::enabled);
    overlay.reserved(fields.cidrs("reserved"));
    if (fields.has("pools")) {
      List<PoolConfig> pools = new ArrayList<>();
      for (JsonFields pool : fields.objects("pools")) {
        pools.add(new PoolConfig(pool.needed("id"), pool.needed("bridge")));
        pool.warnOfOthers();
      }
      overlay.pools(pools);
    }
    fields.warnOfOthers();
    return overlay;
  }
}
