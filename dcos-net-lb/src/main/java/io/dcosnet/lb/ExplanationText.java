// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb;

import io.dcosnet.api.model.Rejection;
import io.dcosnet.api.vip.Backend;
import io.dcosnet.lb.VipExplanation.Chance;
import io.dcosnet.lb.VipExplanation.Elsewhere;
import io.dcosnet.lb.VipExplanation.Published;
import io.dcosnet.lb.VipExplanation.Serving;
import io.dcosnet.lb.VipExplanation.Told;
import io.dcosnet.lb.datapath.Traffic;
import io.dcosnet.lb.vip.Check;
import io.dcosnet.lb.vip.NameStanding;
import io.dcosnet.lb.vip.Reach;
import io.dcosnet.lb.vip.VipChange;
import java.time.Instant;
import java.util.Locale;

/** An explanation as text for people. A pure function. */
final class ExplanationText {

  private final StringBuilder text = new StringBuilder(1024);

  private ExplanationText() {}

  static String of(VipExplanation explanation) {
    ExplanationText rendering = new ExplanationText();
    rendering.text.append(explanation.key());
    if (explanation.fqdn() != null) {
      rendering.text.append(" (").append(explanation.fqdn()).append(')');
    }
    rendering.text.append('\n');
    rendering.line("verdict", explanation.verdict());
    explanation.published().forEach(rendering::published);
    explanation.told().forEach(rendering::told);
    explanation.naming().forEach(rendering::naming);
    explanation.serving().forEach(rendering::serving);
    explanation.changes().forEach(change -> rendering.change("change", change));
    explanation.elsewhere().forEach(rendering::elsewhere);
    explanation.refused().forEach(rendering::refused);
    explanation.advice().forEach(advice -> rendering.line("try", advice));
    return rendering.text.toString();
  }

  private void published(Published one) {
    line("task", "%s: %s".formatted(one.task().taskId(), described(one.backend())));
  }

  private static String described(Backend backend) {
    return "%s %s weight %d on node %s"
        .formatted(backend.endpoint(), word(backend.state()), backend.weight(), backend.node());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void told(Told one) {
    StringBuilder said = new StringBuilder(described(one.backend()));
    said.append(one.reach() == Reach.REACHED ? "" : ", which is " + word(one.reach()));
    said.append(one.zone().isEmpty() ? "" : ", zone " + one.zone());
    said.append(one.drained() ? ", drained" : "");
    said.append(one.failing() ? ", fails its checks" : "");
    said.append(", since ").append(time(one.sinceMillis()));
    said.append(", by ").append(one.writer());
    said.append(" (").append(word(one.writerState())).append(')');
    said.append(one.counts() ? "" : ", does not count beside another writer");
    line("told", said.toString());
  }

  private void naming(NameStanding one) {
    if (one.address() == null) {
      return; // of the other family there is no back end
    }
    StringBuilder said = new StringBuilder(one.address().toString());
    if (!one.address().equals(one.preferred())) {
      said.append(", not ").append(one.preferred());
      said.append(one.inTheWay() == null ? " of its hash" : ", which " + one.inTheWay() + " has");
    }
    said.append(
        one.claimants().isEmpty()
            ? ", not claimed yet"
            : ", claimed since " + time(one.claimedMillis()) + " by " + one.claimants());
    line("address", said.toString());
  }

  private void serving(Serving one) {
    StringBuilder said = new StringBuilder(one.frontend() + " " + one.state());
    said.append(one.clientsUse() == null ? "" : ", clients use " + one.clientsUse());
    said.append(", policy ").append(one.options().policy().word());
    said.append(
        one.options().affinity().isZero()
            ? ""
            : ", affinity " + one.options().affinity().toSeconds() + " s");
    Check check = one.options().check();
    said.append(check.kind() == Check.Kind.NONE ? "" : ", check " + check);
    said.append(one.reason().isEmpty() ? "" : ": " + one.reason());
    line("service", said.toString());
    one.chances().forEach(this::chance);
    Traffic traffic = one.traffic();
    if (traffic != null) {
      line(
          "traffic",
          "%d connections, %d open, %d bytes to back ends, %d to clients, failures %s"
              .formatted(
                  traffic.connections(),
                  traffic.active(),
                  traffic.toBackends(),
                  traffic.toClients(),
                  traffic.failures()));
    }
  }

  private void chance(Chance one) {
    StringBuilder said = new StringBuilder(one.endpoint() + " " + word(one.state()));
    said.append(" weight ").append(one.table());
    said.append(one.near() == one.table() ? "" : " → " + one.near() + " by nearness");
    said.append(one.effective() == one.near() ? "" : " → " + one.effective() + " by health");
    said.append(one.health().isEmpty() ? "" : " (" + one.health() + ")");
    said.append(one.connections() < 0 ? "" : ", " + one.connections() + " open");
    said.append(one.cutInMillis() < 0 ? "" : ", cut in " + one.cutInMillis() + " ms");
    line("target", said.toString());
  }

  private void change(String label, VipChange change) {
    StringBuilder said = new StringBuilder(time(change.decidedMillis()));
    said.append(' ').append(change.what());
    said.append(change.why().isEmpty() ? "" : ", as " + change.why());
    if (change.sourceMillis() > 0) {
      said.append("; known here ")
          .append(change.decidedMillis() - change.sourceMillis())
          .append(" ms after it happened");
    }
    said.append(
        change.appliedMillis() == 0
            ? "; not applied yet"
            : "; applied " + (change.appliedMillis() - change.decidedMillis()) + " ms later");
    line(label, said.toString());
  }

  private void elsewhere(Elsewhere one) {
    if (!one.problem().isEmpty()) {
      line("node", one.node() + " " + one.problem());
    } else if (one.changes().isEmpty()) {
      line("node", one.node() + " remembers no change");
    } else {
      VipChange last = one.changes().get(one.changes().size() - 1);
      change(
          "node",
          new VipChange(
              last.key(),
              one.node() + " " + last.what(),
              last.why(),
              last.sourceMillis(),
              last.decidedMillis(),
              last.appliedMillis()));
    }
  }

  private void refused(Rejection one) {
    line("left out", "%s %s: %s %s".formatted(one.kind(), one.subject(), one.code(), one.detail()));
  }

  private static String time(long millis) {
    return millis == 0 ? "an unknown time" : Instant.ofEpochMilli(millis).toString();
  }

  /** Ids of tasks are foreign text: what would move a terminal's cursor is not shown. */
  private void line(String kind, String said) {
    text.append("  ").append("%-9s".formatted(kind));
    for (int i = 0; i < said.length(); i++) {
      char c = said.charAt(i);
      text.append(Character.isISOControl(c) ? '?' : c);
    }
    text.append('\n');
  }
}
