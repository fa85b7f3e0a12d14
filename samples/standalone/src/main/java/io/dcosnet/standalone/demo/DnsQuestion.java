// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.demo;

import io.dcosnet.api.net.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.TreeSet;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * One question to one DNS server, asked as a program of the cluster would ask it. <b>Immutable.</b>
 *
 * @param name absolute, with or without the final dot
 * @param type such as {@code A}
 */
record DnsQuestion(HostPort server, boolean tcp, String name, String type) {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * What came back. <b>Immutable.</b>
   *
   * @param rcode such as {@code NOERROR}; {@code TIMEOUT} or another word where no answer came
   * @param data of the answer section, in presentation form, without final dots
   */
  record Answer(String rcode, TreeSet<String> data) {
    @Override
    public String toString() {
      return rcode + " " + data;
    }
  }

  /** Asks and waits. */
  Answer ask() {
    TreeSet<String> data = new TreeSet<>();
    try {
      SimpleResolver resolver = new SimpleResolver(server.toSocketAddress());
      resolver.setTCP(tcp);
      resolver.setTimeout(PATIENCE);
      Message answer = resolver.send(Message.newQuery(question()));
      for (Record part : answer.getSection(Section.ANSWER)) {
        if (part.getType() == Type.value(type)) {
          data.add(part.rdataToString().replaceAll("\\.$", ""));
        }
      }
      return new Answer(Rcode.string(answer.getRcode()), data);
    } catch (IOException e) {
      return new Answer("no answer: " + e.getMessage(), data);
    }
  }

  private Record question() throws TextParseException {
    Name absolute = Name.fromString(name, Name.root);
    return Record.newRecord(absolute, Type.value(type), DClass.IN);
  }

  /** The same question as a command line. */
  String asDig() {
    return "dig @"
        + server.address()
        + " -p "
        + server.port()
        + (tcp ? " +tcp " : " ")
        + name
        + (type.equals("A") ? "" : " " + type);
  }
}
