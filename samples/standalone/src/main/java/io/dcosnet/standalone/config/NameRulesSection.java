// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone.config;

import io.dcosnet.api.model.TaskState;
import io.dcosnet.dns.records.HealthPolicy;
import io.dcosnet.dns.records.NamePolicy;
import io.dcosnet.dns.records.NameRules;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Section {@code dns.rules}, and the two keys by which a zone says when its tasks have names. */
final class NameRulesSection {

  private NameRulesSection() {}

  static NameRules read(Section dns) {
    return new NameRules(
        dns.items(
            "rules",
            NameRulesSection::rule,
            "A list: when some tasks have names, in all zones. The first rule that fits a task"
                + " counts; for those that none fits, the zones say."));
  }

  private static NameRules.@Nullable Rule rule(Section item) {
    String pattern =
        item.required(
            "pattern",
            Kind.TEXT,
            "TASK.FRAMEWORK as the scheduler writes it; * stands for any characters, ? for one.");
    HealthPolicy health = health(item, NamePolicy.DEFAULT.health());
    Set<TaskState> states = states(item, "states", NamePolicy.DEFAULT.states());
    Integer ttl =
        item.optional(
            "ttl",
            Kind.number(0, Integer.MAX_VALUE),
            "Seconds that answers may be kept. Without: as in the zone.");
    if (pattern == null) {
      return null;
    }
    try {
      OptionalInt seconds = ttl == null ? OptionalInt.empty() : OptionalInt.of(ttl);
      return new NameRules.Rule(pattern, new NamePolicy(health, states, seconds));
    } catch (IllegalArgumentException e) {
      String.valueOf(e.getMessage()).lines().forEach(item::problemLine);
      return null;
    }
  }

  /** Key {@code health}. */
  static HealthPolicy health(Section section, HealthPolicy byDefault) {
    return section.value(
        "health",
        Kind.word(List.of(HealthPolicy.values())),
        byDefault,
        "Whether unhealthy tasks have names.");
  }

  /** States in which a task has names. */
  static Set<TaskState> states(Section section, String key, Set<TaskState> byDefault) {
    return Set.copyOf(
        section.list(
            key,
            Kind.word(List.of(TaskState.values())),
            byDefault.stream().sorted().toList(),
            "States in which a task has names."));
  }
}
