// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.response.ServerIdentity;
import io.dcosnet.dns.wire.ExtendedError;
import io.dcosnet.dns.wire.QueryReader;
import io.dcosnet.dns.wire.Rcode;
import io.dcosnet.dns.wire.ResponseWriter;
import io.dcosnet.dns.zone.RecordType;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers questions of class CH, by which a server is asked about itself (RFC 4892). What is not
 * told is refused, like all other names of that class. <b>Confined to</b> one thread.
 */
final class ChaosAnswer {

  /** The class. */
  static final int CLASS = 3;

  private final List<Told> all = new ArrayList<>();

  ChaosAnswer(ServerIdentity identity) {
    tell("version.bind", identity.version());
    tell("version.server", identity.version());
    tell("hostname.bind", identity.hostname());
    tell("id.server", identity.nsid());
  }

  private void tell(String name, String text) {
    if (!text.isEmpty()) {
      byte[] octets = text.getBytes(UTF_8);
      byte[] data = new byte[octets.length + 1]; // one string behind its length
      data[0] = (byte) octets.length;
      System.arraycopy(octets, 0, data, 1, octets.length);
      all.add(new Told(DomainName.parse(name), data));
    }
  }

  /** Writes all but the OPT record and tells the response code. */
  int write(QueryReader query, ResponseWriter response, int limit) {
    int type = query.type();
    for (int i = 0; i < all.size(); i++) {
      Told told = all.get(i);
      if (told.name.isWire(query.octets(), query.nameStart(), query.nameLength())) {
        response.begin(query, limit, Rcode.NOERROR, ExtendedError.NONE);
        if (type == RecordType.TXT || type == RecordType.ANY) {
          response.authoritative();
          response.addAboutServer(told.data);
        }
        return Rcode.NOERROR;
      }
    }
    response.begin(query, limit, Rcode.REFUSED, ExtendedError.NOT_SUPPORTED);
    return Rcode.REFUSED;
  }

  private static final class Told {
    private final DomainName name;
    private final byte[] data;

    Told(DomainName name, byte[] data) {
      this.name = name;
      this.data = data;
    }
  }
}
