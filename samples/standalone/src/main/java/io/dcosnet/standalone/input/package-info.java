// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the files that several commands take. Start reading at {@link
 * io.dcosnet.standalone.input.StateInput}.
 */
@NullMarked
package io.dcosnet.standalone.input;

import org.jspecify.annotations.NullMarked;
