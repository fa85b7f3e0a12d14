// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.mesos;

import io.dcosnet.api.model.Labels;
import io.dcosnet.api.model.NetworkInfo;
import io.dcosnet.api.model.PortMapping;
import io.dcosnet.api.net.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads labels, networks and port mappings, wherever they stand. <b>Confined to</b> one thread. */
final class NetworkParser {

  private static final int MAX_ADDRESS_LENGTH = 64;

  private final JsonCursor in;

  NetworkParser(JsonCursor in) {
    this.in = in;
  }

  /** Labels as an array, or as the object around it that some places have. */
  Labels labels() throws IOException {
    if (!in.atObject()) {
      return labelArray();
    }
    Labels labels = Labels.NONE;
    while (in.nextField()) {
      if (in.field().equals("labels")) {
        labels = labelArray();
      } else {
        in.skip();
      }
    }
    return labels;
  }

  private Labels labelArray() throws IOException {
    if (!in.enterArray()) {
      return Labels.NONE;
    }
    List<Labels.Label> labels = new ArrayList<>();
    while (in.nextElement()) {
      if (!in.enterObject("label")) {
        continue;
      }
      String key = null;
      String value = "";
      while (in.nextField()) {
        switch (in.field()) {
          case "key" -> key = in.sharedText("");
          case "value" -> value = in.text("");
          default -> in.skip();
        }
      }
      if (key == null) {
        in.rejections().add("label", "LABEL_NO_KEY", "value: " + value + " (expected: a key)");
      } else {
        labels.add(new Labels.Label(key, value));
      }
    }
    return labels.isEmpty() ? Labels.NONE : new Labels(labels);
  }

  List<NetworkInfo> networks() throws IOException {
    if (!in.enterArray()) {
      return List.of();
    }
    List<NetworkInfo> networks = new ArrayList<>(1);
    while (in.nextElement()) {
      if (in.enterObject("network")) {
        networks.add(network());
      }
    }
    return networks;
  }

  private NetworkInfo network() throws IOException {
    String name = "";
    boolean listed = false;
    List<IpAddress> addresses = List.of();
    List<IpAddress> single = List.of(); // the only form before Mesos 0.26
    List<PortMapping> mappings = List.of();
    Labels labels = Labels.NONE;
    while (in.nextField()) {
      switch (in.field()) {
        case "name" -> name = in.sharedText("");
        case "ip_addresses" -> {
          listed = false;
          addresses = new ArrayList<>(2);
          if (in.enterArray()) {
            while (in.nextElement()) {
              listed = true;
              addressObject(addresses);
            }
          }
        }
        case "ip_address" -> {
          single = new ArrayList<>(1);
          addAddress(single);
        }
        case "port_mappings" -> mappings = portMappings();
        case "labels" -> labels = labels();
        default -> in.skip();
      }
    }
    return new NetworkInfo(name, listed ? addresses : single, mappings, labels);
  }

  private void addressObject(List<IpAddress> addresses) throws IOException {
    if (!in.enterObject("ip_addresses")) {
      return;
    }
    while (in.nextField()) {
      if (in.field().equals("ip_address")) {
        addAddress(addresses);
      } else {
        in.skip();
      }
    }
  }

  /** Empty text is how Mesos says that there is none. */
  private void addAddress(List<IpAddress> addresses) throws IOException {
    String text = in.text("");
    Optional<IpAddress> address =
        text.length() > MAX_ADDRESS_LENGTH ? Optional.empty() : IpAddress.tryParse(text);
    if (address.isPresent()) {
      addresses.add(address.get().unmapped());
    } else if (!text.isEmpty()) {
      in.rejections()
          .add("address", "ADDRESS_BAD", in.field() + ": " + text + " (expected: an IP address)");
    }
  }

  List<PortMapping> portMappings() throws IOException {
    if (!in.enterArray()) {
      return List.of();
    }
    List<PortMapping> mappings = new ArrayList<>(2);
    while (in.nextElement()) {
      if (!in.enterObject("port_mapping")) {
        continue;
      }
      int host = 0;
      int container = 0;
      String protocol = "tcp";
      while (in.nextField()) {
        switch (in.field()) {
          case "host_port" -> host = in.port();
          case "container_port" -> container = in.port();
          case "protocol" -> protocol = in.sharedText("tcp");
          default -> in.skip();
        }
      }
      if (host >= 0 && container >= 0) {
        mappings.add(new PortMapping(host, container, protocol));
      }
    }
    return mappings;
  }
}
