// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.linux.nft;

import io.dcosnet.api.Bytes;
import io.dcosnet.linux.netlink.Attribute;
import io.dcosnet.linux.netlink.Attributes;
import io.dcosnet.linux.netlink.Message;
import io.dcosnet.linux.netlink.PayloadWriter;
import io.dcosnet.linux.netlink.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Requests about elements of sets and maps, and what they tell. */
public final class NftElements {

  /** Type of messages that tell of elements. */
  public static final int NEW = 0x0a0c;

  /** Type of messages that tell that elements are gone. */
  public static final int DELETED = 0x0a0e;

  private static final int GET = 0x0a0d;
  private static final int DESTROY = 0x0a1e;

  private static final int FIXED = 4;

  private static final int TABLE = 1;
  private static final int SET = 2;
  private static final int ELEMENTS = 3;
  private static final int ELEMENT = 1;

  private static final int KEY = 1;
  private static final int DATA = 2;
  private static final int EXPRESSION = 7;
  private static final int PACKETS = 2;
  private static final int VALUE = 1;
  private static final int VERDICT = 2;
  private static final int CODE = 1;
  private static final int CHAIN = 2;

  /** All elements of a message stand in one attribute, which holds 64 KiB. */
  private static final int MAX_OCTETS = 48_000;

  /** Above what the headers of one element take. */
  private static final int OVERHEAD = 48;

  private NftElements() {}

  /**
   * Adds elements. One that is there with the same value is left alone; with another value it is
   * refused with EEXIST.
   *
   * @return as many requests as it takes
   */
  public static List<Request> add(NftSet set, List<NftElement> elements) {
    return requests("add to", set, NEW, Message.CREATE, elements, NftElements::write);
  }

  /** Deletes elements by their keys; ENOENT when one is not there. */
  public static List<Request> delete(NftSet set, List<NftElement> elements) {
    return requests("delete from", set, DELETED, 0, elements, NftElements::writeKey);
  }

  /** As {@link #delete}, but those that are not there are passed over. Since Linux 6.3. */
  public static List<Request> destroy(NftSet set, List<NftElement> elements) {
    return requests("delete from", set, DESTROY, 0, elements, NftElements::writeKey);
  }

  /** All elements, to be dumped; ENOENT when there is no such set. */
  public static Request list(NftSet set) {
    return Request.of("list", set, GET, 0, writer -> header(set, writer));
  }

  /** One element by its key; ENOENT when it is not there. */
  public static Request get(NftSet set, Bytes key) {
    return requests(
            "show an element of", set, GET, 0, List.of(NftElement.of(key)), NftElements::writeKey)
        .get(0);
  }

  /** Which set a message of type {@link #NEW} or {@link #DELETED} is about. */
  public static NftSet set(Message message) {
    Attributes attributes = message.attributes(FIXED);
    return new NftSet(
        NftFamily.of(message.fixed(FIXED).get(0)),
        attributes.get(TABLE).text(),
        attributes.get(SET).text());
  }

  /** Whether the family of a message is one that is known here. */
  public static boolean isReadable(Message message) {
    return NftFamily.isKnown(message.fixed(FIXED).get(0));
  }

  /** Reads the elements of a message of type {@link #NEW} or {@link #DELETED}. */
  public static List<NftElement> read(Message message) {
    List<NftElement> elements = new ArrayList<>();
    for (Attribute element : message.attributes(FIXED).nested(ELEMENTS)) {
      elements.add(read(element.nested()));
    }
    return elements;
  }

  /**
   * Reads how many packets each element of a message has counted, by its key; those of a set that
   * does not count are left out.
   */
  public static Map<Bytes, Long> packets(Message message) {
    Map<Bytes, Long> counted = new HashMap<>();
    for (Attribute each : message.attributes(FIXED).nested(ELEMENTS)) {
      Attributes element = each.nested();
      element
          .nested(EXPRESSION)
          .nested(DATA)
          .find(PACKETS)
          .ifPresent(packets -> counted.put(key(element), packets.big64()));
    }
    return counted;
  }

  private static Bytes key(Attributes element) {
    return Bytes.copyOf(element.nested(KEY).get(VALUE).octets());
  }

  private static NftElement read(Attributes element) {
    Attributes data = element.nested(DATA);
    Optional<NftVerdict> verdict =
        data.find(VERDICT)
            .map(Attribute::nested)
            .map(
                said ->
                    new NftVerdict(
                        said.get(CODE).big32(), said.find(CHAIN).map(Attribute::text).orElse("")));
    return new NftElement(
        key(element), data.find(VALUE).map(value -> Bytes.copyOf(value.octets())), verdict);
  }

  private static List<Request> requests(
      String verb,
      NftSet set,
      int type,
      int flags,
      List<NftElement> elements,
      BiConsumer<NftElement, PayloadWriter> writing) {
    List<Request> requests = new ArrayList<>();
    int from = 0;
    while (from < elements.size()) {
      int to = from;
      int octets = 0;
      do {
        octets += octets(elements.get(to++));
      } while (to < elements.size() && octets + octets(elements.get(to)) <= MAX_OCTETS);
      List<NftElement> part = elements.subList(from, to);
      requests.add(
          Request.of(
              verb,
              set,
              type,
              flags,
              writer -> {
                header(set, writer);
                writer.nested(
                    ELEMENTS,
                    list ->
                        part.forEach(
                            element -> list.nested(ELEMENT, e -> writing.accept(element, e))));
              }));
      from = to;
    }
    return requests;
  }

  private static int octets(NftElement element) {
    return OVERHEAD
        + element.key().size()
        + element.value().map(Bytes::size).orElse(0)
        + element.verdict().map(verdict -> verdict.chain().length()).orElse(0);
  }

  private static void header(NftSet set, PayloadWriter writer) {
    writer.u8(set.family().number()).u8(0).big16(0);
    writer.text(TABLE, set.table()).text(SET, set.name());
  }

  private static void writeKey(NftElement element, PayloadWriter writer) {
    writer.nested(KEY, key -> key.octets(VALUE, element.key().toArray()));
  }

  private static void write(NftElement element, PayloadWriter writer) {
    writeKey(element, writer);
    element
        .value()
        .ifPresent(value -> writer.nested(DATA, data -> data.octets(VALUE, value.toArray())));
    element
        .verdict()
        .ifPresent(
            verdict -> writer.nested(DATA, data -> data.nested(VERDICT, v -> write(verdict, v))));
  }

  private static void write(NftVerdict verdict, PayloadWriter writer) {
    writer.big32(CODE, verdict.code());
    if (!verdict.chain().isEmpty()) {
      writer.text(CHAIN, verdict.chain());
    }
  }
}
