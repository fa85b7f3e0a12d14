// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

import io.dcosnet.dns.name.DomainNameBuilder.Fault;
import java.util.Locale;

/** Why something did not become a record, or not as it was asked for. <b>Immutable.</b> */
public enum RefusalCode {
  EMPTY_LABEL("no label without a character"),
  LABEL_TOO_LONG("labels of at most 63 octets"),
  NAME_TOO_LONG("names of at most 255 octets"),
  SHORTENED("a shorter task name; this one was cut to fit"),
  PORT_RANGE("a port 0-65535"),
  TOO_MANY_PORTS("fewer ports"),
  TOO_MANY_RECORDS("fewer records of one name"),
  UNKNOWN_AGENT("an agent that the cluster knows"),
  UNKNOWN_FRAMEWORK("a framework that the cluster knows"),
  UNUSABLE_FRAMEWORK_NAME("a framework whose name can be a domain name"),
  NO_ADDRESS("an IP address");

  /** For messages: what would have been right. */
  public final String expected;

  RefusalCode(String expected) {
    this.expected = expected;
  }

  /** The code for what is wrong with a name. */
  public static RefusalCode of(Fault fault) {
    return switch (fault) {
      case EMPTY_LABEL -> EMPTY_LABEL;
      case LABEL_TOO_LONG -> LABEL_TOO_LONG;
      case NAME_TOO_LONG -> NAME_TOO_LONG;
    };
  }

  /** The word in metrics. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
