// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.choice;

import io.dcosnet.lb.datapath.ApplyReport;
import io.dcosnet.lb.datapath.ApplyReport.Outcome;
import io.dcosnet.lb.datapath.ApplyReport.State;
import io.dcosnet.lb.vip.VipTable.Frontend;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A crew that is about to replace another. <b>Confined to</b> the lock of {@link Standing}. */
final class Attempt {

  final Crew crew;
  @Nullable ApplyReport report;
  @Nullable Throwable failure;

  Attempt(Crew crew) {
    this.crew = crew;
  }

  /** Why it cannot take over from what was reported of the one before; null when it can. */
  @Nullable String lack(@Nullable ApplyReport before) {
    if (failure != null) {
      return "it refused the table: " + failure.getMessage();
    } else if (report == null) {
      return "it was not told the table";
    } else if (before == null) {
      return null;
    }
    for (Map.Entry<Frontend, Outcome> one : before.services().entrySet()) {
      Outcome then = report.services().get(one.getKey());
      if (then != null
          && then.state() != State.SERVING
          && one.getValue().state() == State.SERVING) {
        return "it does not serve " + one.getKey() + ": " + then.reason();
      }
    }
    return null;
  }

  /** Whether clients find a service elsewhere than before. */
  boolean moves(@Nullable ApplyReport before) {
    ApplyReport now = report;
    return before != null
        && now != null
        && before.services().entrySet().stream()
            .anyMatch(
                one -> {
                  Outcome then = now.services().get(one.getKey());
                  return then != null && !Objects.equals(one.getValue().client(), then.client());
                });
  }
}
