// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.testkit.dns;

import static java.util.stream.Collectors.joining;

import io.dcosnet.testkit.dns.raw.Codes;
import io.dcosnet.testkit.dns.raw.RawMessage;
import io.dcosnet.testkit.dns.raw.RawName;
import io.dcosnet.testkit.dns.raw.RawRecord;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * A response and what can be asked of it; each check throws an {@link AssertionError} that says
 * what was expected and what came. <b>Immutable.</b>
 */
public final class Reply {

  private final RawMessage message;
  private final RawName origin;

  Reply(RawMessage message, RawName origin) {
    this.message = message;
    this.origin = origin;
  }

  public RawMessage message() {
    return message;
  }

  /** Fails with these words unless it holds. */
  public Reply check(boolean holds, String expected) {
    if (!holds) {
      throw new AssertionError("expected " + expected + ", got " + message);
    }
    return this;
  }

  /** Fails with these words unless it holds for the message. */
  public Reply check(Predicate<RawMessage> holds, String expected) {
    return check(holds.test(message), expected);
  }

  /** The response code is one of these, the upper bits of EDNS included. */
  public Reply rcode(int... allowed) {
    String names = Arrays.stream(allowed).mapToObj(Codes::rcode).collect(joining(" or "));
    return check(Arrays.stream(allowed).anyMatch(code -> code == message.rcode()), names);
  }

  /** Bits of {@link Codes} that must be set. */
  public Reply has(int flags) {
    return check((message.flags() & flags) == flags, "header bits " + hex(flags));
  }

  /** Bits of {@link Codes} that must be clear. */
  public Reply hasNot(int flags) {
    return check((message.flags() & flags) == 0, "clear header bits " + hex(flags));
  }

  private static String hex(int flags) {
    return String.format("0x%04x", flags);
  }

  /** The question is there; that it is the one of the query has been checked. */
  public Reply echoesQuestion() {
    return check(message.hasQuestion(), "the question of the query");
  }

  /** So many records in the answer section. */
  public Reply answers(int count) {
    return check(message.answers().size() == count, count + " answers");
  }

  /** So many records of a type in the answer section. */
  public Reply answers(int type, int count) {
    return check(ofType(message.answers(), type).size() == count, count + " answers TYPE" + type);
  }

  /** No records but OPT. */
  public Reply empty() {
    return answers(0)
        .check(message.authorities().isEmpty(), "no authority records")
        .check(message.additionals().size() == message.optCount(), "no additional records");
  }

  /** One OPT record of version 0 with DO as given and all other flags clear. */
  public Reply edns(boolean dnssecOk) {
    check(message.optCount() == 1, "one OPT record");
    RawRecord opt = message.opt();
    long flags = opt == null ? -1 : opt.ttl() & 0x00ff_ffff;
    return check(flags == (dnssecOk ? 0x8000 : 0), "EDNS version 0, DO " + dnssecOk)
        .check(opt != null && opt.owner().length() == 1, "an OPT record of the root")
        .check(opt != null && opt.recordClass() >= 512, "a payload size of 512 or more");
  }

  public Reply noEdns() {
    return check(message.optCount() == 0, "no OPT record");
  }

  public Reply atMost(int octets) {
    return check(message.length() <= octets, "at most " + octets + " octets");
  }

  /** As {@link #nodata} with that code. */
  public Reply nxdomain() {
    return denial(Codes.NXDOMAIN);
  }

  /** No answers, AA, and the SOA of the zone in the authority section (RFC 2308 §2, §3). */
  public Reply nodata() {
    return denial(Codes.NOERROR);
  }

  private Reply denial(int rcode) {
    return rcode(rcode).has(Codes.AA).hasNot(Codes.TC).answers(0).soaOfDenial();
  }

  /** The SOA of the zone in the authority section, to be kept no longer than its MINIMUM. */
  public Reply soaOfDenial() {
    List<RawRecord> soas = ofType(message.authorities(), Codes.TYPE_SOA);
    check(soas.size() == 1, "one SOA record in the authority section");
    check(soas.get(0).owner().isSameAs(origin), "the SOA record of " + origin);
    return check(soas.get(0).ttl() <= soas.get(0).soaMinimum(), "a TTL of at most MINIMUM");
  }

  static List<RawRecord> ofType(List<RawRecord> records, int type) {
    return records.stream().filter(record -> record.type() == type).toList();
  }

  @Override
  public String toString() {
    return message.toString();
  }
}
