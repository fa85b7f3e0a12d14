// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.setup;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.DcosNetException;
import io.dcosnet.api.Lifecycle;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.resolvconf.ResolvConfOrigin;
import io.dcosnet.linux.device.NodeAddresses;
import io.dcosnet.linux.device.NodeDevice;
import io.dcosnet.netty.NetRuntime;
import io.dcosnet.standalone.admin.AdminServer;
import io.dcosnet.standalone.config.Configuration;
import io.dcosnet.standalone.config.DnsConfig;
import io.dcosnet.standalone.config.NodeDeviceConfig;
import io.dcosnet.standalone.config.ResolvConfConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node changes on its machine so that programs find its names: a device with addresses, and
 * {@code /etc/resolv.conf}. Where it may not, the node does without, and says so.
 *
 * <p><b>Confined to</b> the thread that builds the node.
 */
public final class NodeSetup {

  /** Where the DNS server listens when it may not at the addresses of a device. */
  private static final HostPort INSTEAD = new HostPort(IpAddress.LOOPBACK_IPV4, 10_053);

  private static final Path NO_IPV6 = Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6");

  private static final Logger LOGGER = LoggerFactory.getLogger(NodeSetup.class);

  private final DnsConfig dns;
  private final @Nullable NodeDevicePart device;
  private final @Nullable ResolvConfPart resolvConf;
  private final ResolvConfOrigin origin;
  private final List<String> without = new ArrayList<>();

  private NodeSetup(Configuration config, NetRuntime net) {
    NodeDeviceConfig wanted = config.node().device();
    Optional<String> lack = wanted.enabled() ? NodeDevice.unavailableBecause() : Optional.empty();
    device =
        wanted.enabled() && lack.isEmpty() ? new NodeDevicePart(addressesHere(wanted), net) : null;
    dns = config.dns().listeningAt(places(config.dns().listen(), wanted, lack));
    lack.ifPresent(
        why ->
            without.add(
                "without node.device: " + why + "; dns is on " + dns.listen() + " instead"));
    ResolvConfConfig file = config.dns().resolvConf();
    origin = NodeLeftovers.origin(file.file(), config.node().dataDirectory());
    List<HostPort> servers = file.servers(dns.listen());
    resolvConf =
        file.enabled() && !servers.isEmpty()
            ? new ResolvConfPart(file, servers, origin, net)
            : null;
    if (file.enabled() && servers.isEmpty()) {
      without.add(file.file() + " stays as it is: no name server of this node is on port 53");
    }
  }

  /** What the configuration wants and this machine allows. Changes nothing yet. */
  public static NodeSetup of(Configuration config, NetRuntime net) {
    return new NodeSetup(config, net);
  }

  private NodeDeviceConfig addressesHere(NodeDeviceConfig wanted) {
    if (hasIpv6()) {
      return wanted;
    }
    List<IpAddress> ipv4 = wanted.addresses().stream().filter(IpAddress::isIpv4).toList();
    if (ipv4.size() < wanted.addresses().size()) {
      without.add("without the IPv6 addresses of node.device: this machine has no IPv6");
    }
    return new NodeDeviceConfig(true, wanted.name(), ipv4);
  }

  private static boolean hasIpv6() {
    try {
      return Files.readString(NO_IPV6).strip().equals("0");
    } catch (IOException e) {
      return false;
    }
  }

  private List<HostPort> places(
      List<HostPort> listen, NodeDeviceConfig wanted, Optional<String> lack) {
    if (!wanted.enabled()) {
      return listen;
    }
    boolean ipv6 = hasIpv6();
    List<HostPort> possible =
        listen.stream()
            .filter(
                place ->
                    !wanted.addresses().contains(place.address())
                        || (lack.isEmpty() && (ipv6 || place.address().isIpv4())))
            .toList();
    return possible.isEmpty() && !listen.isEmpty() ? List.of(INSTEAD) : possible;
  }

  /** Section {@code dns} with the places where the server can really listen. */
  public DnsConfig dns() {
    return dns;
  }

  /**
   * The file with the name servers that programs had before us. Keeps it, so only to be asked once
   * the node starts.
   */
  public Path serversBefore() {
    if (resolvConf == null) {
      return ResolvConfConfig.FILE;
    }
    try {
      boolean unused = origin.keep();
    } catch (DcosNetException e) { // nothing is written then, and so it stays readable
      LOGGER.warn("{}", e.getMessage());
    }
    return origin.servers();
  }

  /** What has to be started before anybody listens, by name. */
  public Map<String, Lifecycle> before() {
    Map<String, Lifecycle> lives = new LinkedHashMap<>();
    if (device != null) {
      lives.put("node device", device);
    }
    return lives;
  }

  /** What has to be started once names are answered for, by name. */
  public Map<String, Lifecycle> after() {
    Map<String, Lifecycle> lives = new LinkedHashMap<>();
    if (resolvConf != null) {
      lives.put("resolv.conf", resolvConf);
    }
    return lives;
  }

  /** What was set up and what is missing, a line each, once started. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>(without);
    if (device != null) {
      device
          .addresses()
          .ifPresent(
              now ->
                  lines.add("addresses " + now.there() + " on " + now.kind() + " " + now.device()));
    }
    return lines;
  }

  /** Adds how the machine was set up. */
  public void tell(AdminServer admin) {
    admin.status().add("setup", this::document);
  }

  private ObjectNode document() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ArrayNode missing = document.putArray("without");
    without.forEach(missing::add);
    if (device != null) {
      device.addresses().ifPresent(now -> write(now, document.putObject("device")));
    }
    if (resolvConf != null) {
      ObjectNode file = document.putObject("resolvConf");
      ArrayNode servers = file.putArray("servers");
      resolvConf.named().forEach(address -> servers.add(address.toString()));
      resolvConf.problem().ifPresent(why -> file.put("problem", why));
    }
    return document;
  }

  private static void write(NodeAddresses now, ObjectNode target) {
    target.put("name", now.device());
    target.put("kind", now.kind());
    ArrayNode there = target.putArray("addresses");
    now.there().forEach(address -> there.add(address.toString()));
    ObjectNode refused = target.putObject("refused");
    now.refused().forEach((address, words) -> refused.put(address.toString(), words));
  }
}
