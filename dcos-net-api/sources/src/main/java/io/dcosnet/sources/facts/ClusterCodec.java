// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.facts;

import io.dcosnet.api.model.Agent;
import io.dcosnet.api.model.Framework;
import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.Master;
import io.dcosnet.api.model.Masters;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.api.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The fields of what is not a task. The numbers are the format: none is ever used for something
 * else.
 *
 * <pre>
 * agent       1 id  2 host name  3 address*  4 port  5 not active  6 attribute*  7 region  8 zone
 * framework   1 id  2 name  3 host name  4 address*  5 port + 1, none when missing
 *             6 not active  7 not connected
 * masters     1 master*  2 leader  3 awaited agent*
 * master      1 address  2 port  3 host name
 * attribute   1 key  2 value
 * </pre>
 */
final class ClusterCodec {

  private static final IpAddress NOWHERE = IpAddress.ANY_IPV4;

  private ClusterCodec() {}

  static FieldWriter write(FieldWriter out, Agent agent) {
    out.text(1, agent.id()).text(2, agent.hostname());
    agent.addresses().forEach(address -> out.address(3, address));
    out.number(4, agent.port()).flag(5, !agent.active());
    // Sorted, so that equal agents are equal bytes.
    new TreeMap<>(agent.attributes())
        .forEach((key, value) -> out.message(6, new FieldWriter().text(1, key).text(2, value)));
    return out.text(7, agent.region()).text(8, agent.zone());
  }

  static Agent readAgent(FieldReader in) {
    String id = "";
    String hostname = "";
    List<IpAddress> addresses = new ArrayList<>(1);
    int port = 0;
    boolean active = true;
    Map<String, String> attributes = new HashMap<>();
    String region = "";
    String zone = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> id = in.text();
        case 2 -> hostname = in.text();
        case 3 -> addresses.add(in.address());
        case 4 -> port = (int) in.number();
        case 5 -> active = !in.flag();
        case 6 -> {
          Labels.Label attribute = TaskReader.readLabel(in.message());
          attributes.put(attribute.key(), attribute.value());
        }
        case 7 -> region = in.text();
        case 8 -> zone = in.text();
        default -> {}
      }
    }
    return new Agent(id, hostname, addresses, port, active, attributes, region, zone);
  }

  static FieldWriter write(FieldWriter out, Framework framework) {
    out.text(1, framework.id()).text(2, framework.name()).text(3, framework.hostname());
    framework.addresses().forEach(address -> out.address(4, address));
    out.number(5, framework.port() + 1L);
    return out.flag(6, !framework.active()).flag(7, !framework.connected());
  }

  static Framework readFramework(FieldReader in) {
    String id = "";
    String name = "";
    String hostname = "";
    List<IpAddress> addresses = new ArrayList<>(1);
    int port = Framework.NO_PORT;
    boolean active = true;
    boolean connected = true;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> id = in.text();
        case 2 -> name = in.text();
        case 3 -> hostname = in.text();
        case 4 -> addresses.add(in.address());
        case 5 -> port = (int) (in.number() - 1);
        case 6 -> active = !in.flag();
        case 7 -> connected = !in.flag();
        default -> {}
      }
    }
    return new Framework(id, name, hostname, addresses, port, active, connected);
  }

  static FieldWriter write(FieldWriter out, Masters masters) {
    masters.all().forEach(master -> out.message(1, master(master)));
    Master leader = masters.leader();
    if (leader != null) {
      out.message(2, master(leader));
    }
    masters.awaited().stream().sorted().forEach(agent -> out.element(3, agent));
    return out;
  }

  private static FieldWriter master(Master master) {
    return new FieldWriter()
        .address(1, master.endpoint().address())
        .number(2, master.endpoint().port())
        .text(3, master.hostname());
  }

  static Masters readMasters(FieldReader in) {
    List<Master> all = new ArrayList<>(3);
    Master leader = null;
    Set<String> awaited = new HashSet<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> all.add(readMaster(in.message()));
        case 2 -> leader = readMaster(in.message());
        case 3 -> awaited.add(in.text());
        default -> {}
      }
    }
    return new Masters(all, leader, awaited);
  }

  private static Master readMaster(FieldReader in) {
    IpAddress address = NOWHERE;
    int port = 0;
    String hostname = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> address = in.address();
        case 2 -> port = in.number(65535);
        case 3 -> hostname = in.text();
        default -> {}
      }
    }
    return new Master(new HostPort(address, port), hostname);
  }
}
