// SPDX-License-Identifier: Apache-2.0
/**
 * What Marathon tells of its apps, turned into the model that all parts share. Start reading at
 * {@link io.dcosnet.sources.marathon.MarathonAppsReader}.
 */
@NullMarked
package io.dcosnet.sources.marathon;

import org.jspecify.annotations.NullMarked;
