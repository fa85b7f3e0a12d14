// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.ZoneContent;
import io.dcosnet.dns.zone.ZoneRecord;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.ZoneTransferException;
import org.xbill.DNS.ZoneTransferIn;

/**
 * A server that has a zone first, asked over TCP. Calls block, within limits. <b>Thread-safe.</b>
 */
final class Primary {

  private static final Duration SERIAL_TIMEOUT = Duration.ofSeconds(5);

  private final DomainName origin;
  private final HostPort address;
  private final @Nullable TSIG signer;
  private final int maxRecords;
  private final Duration timeout;

  Primary(
      DomainName origin,
      HostPort address,
      @Nullable TSIG signer,
      int maxRecords,
      Duration timeout) {
    this.origin = origin;
    this.address = address;
    this.signer = signer;
    this.maxRecords = maxRecords;
    this.timeout = timeout;
  }

  /** The serial of the zone there. */
  long serial() throws IOException {
    Message query = Message.newQuery(Record.newRecord(name(), Type.SOA, DClass.IN));
    query.getHeader().unsetFlag(Flags.RD);
    TSIGRecord signature = null;
    if (signer != null) {
      signer.apply(query, null);
      signature = query.getTSIG();
    }
    byte[] octets = exchange(query.toWire());
    Message answer = new Message(octets);
    check(query, answer);
    if (signer != null) {
      int verdict = signer.verify(answer, octets, signature);
      if (verdict != Rcode.NOERROR) {
        throw new IOException("answer with a wrong signature: " + Rcode.TSIGstring(verdict));
      }
    }
    for (Record record : answer.getSection(Section.ANSWER)) {
      if (record instanceof SOARecord soa && soa.getName().equals(name())) {
        return soa.getSerial();
      }
    }
    throw new IOException("no SOA record in the answer");
  }

  private byte[] exchange(byte[] query) throws IOException {
    int millis = (int) SERIAL_TIMEOUT.toMillis();
    try (Socket socket = new Socket()) {
      socket.connect(address.toSocketAddress(), millis);
      socket.setSoTimeout(millis);
      byte[] framed = new byte[query.length + 2];
      framed[0] = (byte) (query.length >>> 8);
      framed[1] = (byte) query.length;
      System.arraycopy(query, 0, framed, 2, query.length);
      OutputStream out = socket.getOutputStream();
      out.write(framed);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return answer;
    }
  }

  private static void check(Message query, Message answer) throws IOException {
    if (answer.getHeader().getID() != query.getHeader().getID()) {
      throw new IOException("answer to another query");
    }
    if (answer.getRcode() != Rcode.NOERROR) {
      throw new IOException(Rcode.string(answer.getRcode()));
    }
    if (!answer.getHeader().getFlag(Flags.AA)) {
      throw new IOException("answer without authority (does it serve the zone?)");
    }
  }

  /** All records of the zone there. */
  ZoneContent transfer() throws IOException {
    ZoneTransferIn transfer = ZoneTransferIn.newAXFR(name(), address.toSocketAddress(), signer);
    transfer.setTimeout(timeout);
    Collecting records = new Collecting();
    try {
      transfer.run(records);
      return records.zone.build();
    } catch (ZoneTransferException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Name name() throws IOException {
    return new Name(origin.toWire());
  }

  /** Takes the records of one transfer. */
  private final class Collecting implements ZoneTransferIn.ZoneTransferHandler {
    private final ZoneContent.Collector zone = ZoneContent.of(origin);
    private int count;

    @Override
    public void startAXFR() {}

    @Override
    public void startIXFR() throws ZoneTransferException {
      throw new ZoneTransferException("changes only (expected: the whole zone)");
    }

    @Override
    public void startIXFRDeletes(Record soa) {}

    @Override
    public void startIXFRAdds(Record soa) {}

    @Override
    public void handleRecord(Record record) throws ZoneTransferException {
      if (++count > maxRecords) {
        throw new ZoneTransferException("more than " + maxRecords + " records");
      }
      try {
        zone.add(ZoneRecord.ofWire(record.toWire(Section.ANSWER)));
      } catch (RuntimeException e) {
        throw new ZoneTransferException(String.valueOf(e.getMessage()));
      }
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
