// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.http;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordSet;
import java.util.ArrayList;
import java.util.List;

/** What an SRV record says of where a service is. <b>Immutable.</b> */
record Service(DomainName target, int port) {

  /** Reads the data of an SRV record as master-file text. */
  static Service parse(String data) {
    String[] parts = data.split(" ", 4);
    return new Service(DomainName.parse(parts[3]), Integer.parseInt(parts[2]));
  }

  /** The services of a set of SRV records, in its order. */
  static List<Service> of(RecordSet set) {
    List<Service> services = new ArrayList<>(set.size());
    for (int i = 0; i < set.size(); i++) {
      byte[] data = new byte[set.dataLength(i)];
      set.copyData(i, data, 0);
      int at = Rdata.SRV_TARGET_OFFSET;
      DomainName target = DomainName.ofWire(data, at, data.length - at);
      services.add(new Service(target, (data[at - 2] & 0xff) << 8 | (data[at - 1] & 0xff)));
    }
    return services;
  }
}
