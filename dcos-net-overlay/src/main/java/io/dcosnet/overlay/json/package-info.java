// SPDX-License-Identifier: Apache-2.0
/**
 * JSON that strangers sent, read within bounds. Start reading at {@link
 * io.dcosnet.overlay.json.JsonObject}.
 */
@NullMarked
package io.dcosnet.overlay.json;

import org.jspecify.annotations.NullMarked;
