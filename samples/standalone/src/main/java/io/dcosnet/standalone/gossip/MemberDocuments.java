// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.gossip;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dcosnet.api.spi.Member;
import io.dcosnet.gossip.member.Accusation;
import io.dcosnet.gossip.member.TimelineStep;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Members and what is believed of them, as JSON. */
public final class MemberDocuments {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private MemberDocuments() {}

  /** All members, by name and then by id. */
  public static ArrayNode members(Collection<Member> members, MemberNames names) {
    ArrayNode all = JSON.arrayNode();
    members.stream()
        .sorted(
            Comparator.comparing((Member member) -> shown(member, names)).thenComparing(Member::id))
        .forEach(member -> all.add(member(member, names)));
    return all;
  }

  /** No name has the sign in it that sets apart who lost its name to another. */
  private static String shown(Member member, MemberNames names) {
    return member.metadata().getOrDefault("name", names.of(member.id()));
  }

  /** One member; {@code owner} is false when its name belongs to another one. */
  public static ObjectNode member(Member member, MemberNames names) {
    ObjectNode document = JSON.objectNode();
    String name = shown(member, names);
    document.put("name", name);
    if (name.indexOf('#') >= 0) {
      document.put("owner", false);
    }
    document.put("id", member.id().toString());
    document.put("address", member.endpoint().toString());
    document.put("state", word(member.state()));
    document.put("since", member.since().toString());
    ObjectNode metadata = document.putObject("metadata");
    new TreeMap<>(member.metadata()).forEach(metadata::put);
    return document;
  }

  /** How a belief came about, oldest step first. */
  public static ArrayNode steps(List<TimelineStep> steps, MemberNames names) {
    ArrayNode all = JSON.arrayNode();
    for (TimelineStep step : steps) {
      ObjectNode document = all.addObject();
      document.put("at", step.at().toString());
      document.put("state", word(step.state()));
      document.put("epoch", step.epoch());
      document.put("incarnation", step.incarnation());
      document.put("channel", step.channel());
      if (step.from() != null) {
        document.put("from", step.from().toString());
      }
      if (step.accuser() != null) {
        document.put("accuser", names.of(step.accuser()));
      }
      if (step.grade() != null) {
        document.put("grade", word(step.grade()));
      }
    }
    return all;
  }

  /** Who says that a member is gone. */
  static ArrayNode accusations(List<Accusation> accusations, MemberNames names) {
    ArrayNode all = JSON.arrayNode();
    for (Accusation accusation : accusations) {
      all.addObject()
          .put("accuser", names.of(accusation.accuser()))
          .put("grade", word(accusation.grade()));
    }
    return all;
  }

  /** A constant as it stands in documents. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
