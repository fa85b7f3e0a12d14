// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.net.Cidr;
import io.dcosnet.api.net.HostPort;
import io.dcosnet.dns.name.DomainName;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code dns.transfer}: whole zones that go to others or come from them. <b>Immutable.</b>
 *
 * @param allow who may copy; empty for nobody, or for all who sign where there are keys
 * @param keyFiles one of these keys must sign; empty where nobody has to sign
 * @param told who is told of new serials
 * @param secondaries zones that others have first
 */
public record TransferConfig(
    List<Cidr> allow, List<Path> keyFiles, List<HostPort> told, List<Secondary> secondaries) {

  /**
   * A zone that is copied from others.
   *
   * @param keyFile null for questions without signature
   */
  public record Secondary(DomainName origin, List<HostPort> primaries, @Nullable Path keyFile) {}

  static TransferConfig read(Section transfer) {
    return new TransferConfig(
        transfer.list(
            "allow",
            Kind.PREFIX,
            List.of(),
            "Addresses that may copy all zones. Empty: nobody, or with keys whoever signs."),
        transfer.list(
            "keys",
            transfer.readableFile(),
            List.of(),
            "Files with ALGORITHM:NAME:BASE64, as dig takes it behind -y. With keys a request must"
                + " be signed with one of them (TSIG)."),
        transfer.list(
            "notify", Kind.ENDPOINT, List.of(), "Servers that are told when a zone changes."),
        transfer.items(
            "secondaries",
            TransferConfig::secondary,
            "A list: zones that are copied from other servers."));
  }

  private static @Nullable Secondary secondary(Section item) {
    DomainName origin = item.required("origin", Kind.NAME, "Name of the zone.");
    List<HostPort> primaries =
        item.list(
            "primaries",
            Kind.ENDPOINT,
            List.of(),
            "Servers that have it, asked in this order; one at least.");
    Path keyFile =
        item.optional(
            "keyFile", item.readableFile(), "Key that signs, in a file as those of transfer.keys.");
    if (primaries.isEmpty()) {
      item.problem("primaries", "none", "a list of ADDR:PORT");
    }
    return origin == null || primaries.isEmpty() ? null : new Secondary(origin, primaries, keyFile);
  }
}
