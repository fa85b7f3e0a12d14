// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.transfer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.dcosnet.api.DecodeException;
import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.name.DomainNameBuilder;
import io.dcosnet.dns.zone.Rdata;
import io.dcosnet.dns.zone.RecordType;
import io.dcosnet.dns.zone.ZoneRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A zone as Mesos-DNS lists it at {@code /v1/axfr}: addresses and services by owner, a service as
 * {@code target.:port}. Keys that are not known are passed over.
 *
 * <p>A record that cannot be one is reported and left out; the others go on. Names stand there
 * without escapes, so a dot always separates labels.
 *
 * <p><b>Immutable.</b>
 *
 * @param domain of the zone
 * @param ttlSeconds of all records
 * @param serial of the zone, 0 if it is not told
 * @param records in the order of the text; services with priority 0 and weight 0, as nothing tells
 * @param refused what is no record, and why; the first {@value #MAX_REFUSED}
 */
public record AxfrJson(
    DomainName domain,
    int ttlSeconds,
    long serial,
    List<ZoneRecord> records,
    List<Rejection> refused) {

  /** Records of one zone; a text with more is refused. */
  public static final int MAX_RECORDS = 1_000_000;

  /** Refusals that are kept, so that a hostile text is not held twice. */
  public static final int MAX_REFUSED = 1000;

  private static final int MAX_DEPTH = 20;
  private static final int MAX_STRING = 4096;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_STRING)
                  .maxNameLength(MAX_STRING)
                  .build())
          .build();

  public AxfrJson {
    requireNonNull(domain, "domain");
    records = List.copyOf(records);
    refused = List.copyOf(refused);
  }

  /**
   * Reads a whole text; who calls bounds its size.
   *
   * @throws DecodeException when it is not such a document
   */
  public static AxfrJson read(InputStream in) throws IOException {
    try (JsonParser parser = FACTORY.createParser(in)) {
      return new Reader(parser).read();
    } catch (JsonProcessingException e) {
      throw new DecodeException("axfr: not JSON: " + e.getOriginalMessage(), 0);
    }
  }

  /** <b>Confined to</b> one call. */
  private static final class Reader {
    private final JsonParser json;
    private final DomainNameBuilder names = new DomainNameBuilder();
    private final List<ZoneRecord> given = new ArrayList<>(); // the TTL may stand further down
    private final List<Rejection> refused = new ArrayList<>();
    private @Nullable DomainName domain;
    private long ttl = 60;
    private long serial;

    Reader(JsonParser json) {
      this.json = json;
    }

    AxfrJson read() throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw fault("not a JSON object");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        switch (key) {
          case "TTL" -> ttl = number(key, value, Integer.MAX_VALUE);
          case "Serial" -> serial = number(key, value, 0xffff_ffffL);
          case "Domain" -> domain = domain(value);
          case "Records" -> records(value);
          default -> json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw fault("text behind the JSON object");
      }
      DomainName zone = domain;
      if (zone == null) {
        throw fault("no Domain");
      }
      List<ZoneRecord> records = new ArrayList<>(given.size());
      for (ZoneRecord one : given) {
        if (one.owner().isUnder(zone)) {
          records.add(one.withTtlSeconds((int) ttl));
        } else {
          refuse(one.owner().toString(), "OUTSIDE_ZONE", "expected: below " + zone);
        }
      }
      return new AxfrJson(zone, (int) ttl, serial, records, refused);
    }

    private long number(String key, JsonToken value, long most) throws IOException {
      long number = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : -1;
      if (number < 0 || number > most) {
        throw fault(key + ": " + json.getText() + " (expected: 0-" + most + ")");
      }
      return number;
    }

    private DomainName domain(JsonToken value) throws IOException {
      DomainName name = value == JsonToken.VALUE_STRING ? name(json.getText()) : null;
      if (name == null) {
        throw fault("Domain: " + json.getText() + " (expected: a name)");
      }
      return name;
    }

    private void records(JsonToken value) throws IOException {
      if (value != JsonToken.START_OBJECT) {
        throw fault("Records (expected: an object)");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String kind = json.currentName();
        JsonToken list = json.nextToken();
        int type =
            switch (kind) {
              case "As" -> RecordType.A;
              case "AAAAs" -> RecordType.AAAA;
              case "SRVs" -> RecordType.SRV;
              default -> 0;
            };
        if (type == 0 || list == JsonToken.VALUE_NULL) {
          json.skipChildren();
        } else {
          owners(type, list);
        }
      }
    }

    private void owners(int type, JsonToken value) throws IOException {
      if (value != JsonToken.START_OBJECT) {
        throw fault("Records (expected: an object of lists by name)");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String owner = json.currentName();
        JsonToken list = json.nextToken();
        if (list == JsonToken.VALUE_NULL) {
          continue;
        }
        if (list != JsonToken.START_ARRAY) {
          throw fault("Records of " + owner + " (expected: a list)");
        }
        DomainName name = name(owner);
        if (name == null) {
          refuse(owner, "BAD_NAME", "expected: labels of 1-63 octets, 255 in all");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw fault("Records of " + owner + " (expected: a list of strings)");
          }
          if (name != null) {
            add(name, type, json.getText());
          }
        }
      }
    }

    private void add(DomainName owner, int type, String text) {
      byte[] data = type == RecordType.SRV ? service(text) : address(type, text);
      if (data == null) {
        String expected = type == RecordType.SRV ? "target.:port" : "an address of its type";
        refuse(owner.toString(), "BAD_DATA", text + " (expected: " + expected + ")");
      } else if (given.size() == MAX_RECORDS) {
        throw fault("more than " + MAX_RECORDS + " records");
      } else {
        given.add(ZoneRecord.of(owner, type, 0, data));
      }
    }

    private static byte @Nullable [] address(int type, String text) {
      IpAddress address = IpAddress.tryParse(text).orElse(null);
      boolean fits = address != null && address.isIpv4() == (type == RecordType.A);
      return address != null && fits ? Rdata.address(address) : null;
    }

    /** The port stands behind the last colon; names may have others. */
    private byte @Nullable [] service(String text) {
      int colon = text.lastIndexOf(':');
      DomainName target = colon < 0 ? null : name(text.substring(0, colon));
      String digits = text.substring(colon + 1);
      int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
      boolean fits = port >= 0 && port <= 0xffff;
      return target != null && fits ? Rdata.srv(0, 0, port, target) : null;
    }

    private @Nullable DomainName name(String text) {
      int end = text.endsWith(".") ? text.length() - 1 : text.length();
      return names.clear().append(text.substring(0, end)).build(DomainName.ROOT, false);
    }

    private void refuse(String owner, String code, String detail) {
      if (refused.size() < MAX_REFUSED) {
        refused.add(new Rejection("record", owner, code, detail));
      }
    }

    private DecodeException fault(String what) {
      // Before the first token there is no place.
      int offset = (int) Math.max(0, json.currentTokenLocation().getByteOffset());
      return new DecodeException("axfr: " + what, offset);
    }
  }
}
