// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns;

import io.dcosnet.api.net.IpAddress;
import io.dcosnet.dns.answer.LaterAnswers;
import io.dcosnet.dns.defend.Defence;
import io.dcosnet.dns.explain.Beyond;
import io.dcosnet.dns.explain.Explanation.Kind;
import io.dcosnet.dns.explain.Explanation.Step;
import io.dcosnet.dns.name.DomainName;
import io.dcosnet.dns.query.Resolver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Explains rules, handlers, routes and resolver of a server. <b>Thread-safe.</b> */
final class BeyondZones implements Beyond {

  private final Defence defence;
  private final LaterAnswers later;
  private final @Nullable Outside outside;
  private final @Nullable Resolver resolver;

  /**
   * Explains these parts.
   *
   * @param outside who may be asked about names below zones; null for nobody
   * @param resolver who is asked about names outside of zones; null for nobody
   */
  BeyondZones(
      Defence defence, LaterAnswers later, @Nullable Outside outside, @Nullable Resolver resolver) {
    this.defence = defence;
    this.later = later;
    this.outside = outside;
    this.resolver = resolver;
  }

  @Override
  public Entry entry(DomainName name, int type, @Nullable IpAddress client) {
    List<Step> steps = new ArrayList<>();
    boolean barred = client != null && !defence.allows(client, name);
    if (client != null) {
      steps.add(
          new Step(Kind.ACCESS, client + (barred ? " may not ask for " : " may ask for ") + name));
      if (!barred) {
        steps.add(new Step(Kind.ACCESS, defence.limits(client)));
      }
    }
    if (!barred && later.handlers().covers(name)) {
      handlers(name, steps);
    }
    return new Entry(steps, barred);
  }

  @Override
  public boolean takesFromZone(DomainName name) {
    return outside != null && outside.takesFromZone(name);
  }

  private void handlers(DomainName name, List<Step> steps) {
    later.handlers().describe(name).forEach(text -> steps.add(new Step(Kind.HANDLER, text)));
  }

  @Override
  public List<Step> outside(DomainName name, int type, @Nullable IpAddress client) {
    List<Step> steps = new ArrayList<>();
    if (!later.handlers().covers(name)) {
      handlers(name, steps);
    }
    if (resolver == null) {
      return steps;
    }
    if (client != null && !defence.mayRecurse(client)) {
      steps.add(new Step(Kind.ACCESS, client + " may not have others asked"));
      return steps;
    }
    List<String> texts = resolver.describe(name, type);
    if (texts.isEmpty()) {
      steps.add(new Step(Kind.OUTSIDE, "asked: " + resolver));
    }
    texts.forEach(text -> steps.add(new Step(Kind.OUTSIDE, text)));
    return steps;
  }
}
