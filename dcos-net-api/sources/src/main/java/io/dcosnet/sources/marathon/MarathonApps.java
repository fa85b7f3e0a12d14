// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.sources.marathon;

import io.dcosnet.api.model.App;
import io.dcosnet.api.model.Rejection;
import java.util.List;

/**
 * The apps of one document. <b>Immutable.</b>
 *
 * @param apps in document order
 * @param rejections what was left out, up to the reader's bound
 * @param rejected how many parts were left out, those beyond the bound included
 */
public record MarathonApps(List<App> apps, List<Rejection> rejections, long rejected) {
  public MarathonApps {
    apps = List.copyOf(apps);
    rejections = List.copyOf(rejections);
  }
}
