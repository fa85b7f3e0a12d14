// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.zonefile;

import static java.util.Objects.requireNonNull;

import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.zone.ZoneContent;
import io.dcosnet.dns.zone.ZoneRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/**
 * Reads zones from master files (RFC 1035 §5, RFC 2308 §4): {@code $ORIGIN}, {@code $TTL}, relative
 * names, {@code @}, entries over several lines, all usual types and the form of RFC 3597 for the
 * others, {@code $GENERATE} as BIND has it. {@code $INCLUDE} is refused: a zone is one file.
 *
 * <p>One bad entry refuses the whole: half a zone denies names that exist.
 *
 * <p><b>Immutable.</b>
 */
public final class MasterFile {

  /** Records that a zone may have unless told otherwise; {@code $GENERATE} counts too. */
  public static final int DEFAULT_MAX_RECORDS = 1_000_000;

  /** How the library words a fault. */
  private static final Pattern FAULT = Pattern.compile("<none>:(\\d+): (.*)", Pattern.DOTALL);

  private final DomainName origin;
  private final int maxRecords;

  private MasterFile(DomainName origin, int maxRecords) {
    this.origin = requireNonNull(origin, "origin");
    this.maxRecords = maxRecords;
  }

  /** A reader for files of this zone, which is also the origin that a file begins with. */
  public static MasterFile of(DomainName origin) {
    return new MasterFile(origin, DEFAULT_MAX_RECORDS);
  }

  /** A reader that refuses files with more records. */
  public MasterFile withMaxRecords(int records) {
    return new MasterFile(origin, records);
  }

  /**
   * Reads a whole file.
   *
   * @throws ZoneRefusedException when it is no zone
   */
  public ZoneContent read(InputStream in) throws IOException {
    LineCount lines = new LineCount(in);
    ZoneContent.Collector zone = ZoneContent.of(origin);
    try (Master master = new Master(lines, new Name(origin.toWire()))) {
      master.disableIncludes(true);
      int count = 0;
      for (Record next = master.nextRecord(); next != null; next = master.nextRecord()) {
        if (++count > maxRecords) {
          throw new IllegalArgumentException("more than " + maxRecords + " records");
        }
        zone.add(ZoneRecord.ofWire(next.toWire(Section.ANSWER)));
      }
    } catch (TextParseException e) {
      throw refused(e, lines.line());
    } catch (RuntimeException e) {
      throw new ZoneRefusedException(String.valueOf(e.getMessage()), lines.line());
    }
    try {
      return zone.build();
    } catch (IllegalArgumentException e) {
      throw new ZoneRefusedException(String.valueOf(e.getMessage()), 0);
    }
  }

  private static ZoneRefusedException refused(TextParseException fault, int line) {
    Matcher parts = FAULT.matcher(String.valueOf(fault.getMessage()));
    return parts.matches()
        ? new ZoneRefusedException(parts.group(2), Integer.parseInt(parts.group(1)))
        : new ZoneRefusedException(String.valueOf(fault.getMessage()), line);
  }
}
