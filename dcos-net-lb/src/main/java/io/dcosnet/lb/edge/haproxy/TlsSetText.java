// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.edge.haproxy;

import io.dcosnet.lb.edge.TlsSets;
import io.dcosnet.lb.edge.TlsSets.TlsSet;
import io.dcosnet.lb.edge.label.Vhost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes what virtual hosts with certificates and options of their own need. <b>Confined to</b> one
 * thread.
 */
final class TlsSetText {

  private static final String OWN = "txn.set";
  private static final String ASKED = "txn.sniset";

  private final ConfigText out;
  private final Output output;
  private final TlsSets sets;

  TlsSetText(ConfigText out, Output output, TlsSets sets) {
    this.out = out;
    this.output = output;
    this.sets = sets;
  }

  /** The list of certificates with the names that each is for; the first is for everybody. */
  String certificates(List<String> common) {
    StringBuilder lines = new StringBuilder();
    common.forEach(file -> lines.append(file).append('\n'));
    for (Map.Entry<Vhost, TlsSet> entry : sets.byVhost().entrySet()) {
      TlsSet set = entry.getValue();
      String options = set.options().isEmpty() ? "" : " [" + String.join(" ", set.options()) + "]";
      List<String> files = set.certificates().isEmpty() ? common : set.certificates();
      for (String file : files) {
        lines.append(file).append(options).append(' ').append(entry.getKey()).append('\n');
      }
    }
    return output.add("certificates.list", lines.toString());
  }

  /**
   * Refuses requests for a host whose options are not those that the connection was made with: a
   * client must not get past them by asking for another name first.
   */
  void writeRules() {
    if (sets.byVhost().isEmpty()) {
      return;
    }
    LookupTable exact = LookupTable.exact("tls-sets");
    LookupTable wildcard = LookupTable.exact("tls-sets-wildcard");
    List<TlsSet> distinct = new ArrayList<>();
    sets.byVhost()
        .forEach(
            (vhost, set) -> {
              if (!distinct.contains(set)) {
                distinct.add(set);
              }
              (vhost.wildcard() ? wildcard : exact)
                  .put(vhost.name(), Integer.toString(distinct.indexOf(set)));
            });
    out.line("http-request", "set-var(txn.sni)", "ssl_fc_sni,lower");
    lookUp(exact, wildcard, ASKED, "txn.sni");
    lookUp(exact, wildcard, OWN, "txn.host");
    out.line(
        "http-request",
        "return",
        "status",
        "421",
        "if",
        "!{",
        "var(" + ASKED + "),strcmp(" + OWN + ")",
        "eq",
        "0",
        "}");
  }

  private void lookUp(LookupTable exact, LookupTable wildcard, String target, String name) {
    exact.write(out, target, name, output, List.of());
    out.line("http-request", "set-var(txn.parent)", "var(" + name + "),field(2,.,0)");
    wildcard.write(out, target, "txn.parent", output, List.of());
    out.line(
        "http-request",
        "set-var(" + target + ")",
        "str(-)",
        "if",
        "!{",
        "var(" + target + ")",
        "-m",
        "found",
        "}");
  }
}
