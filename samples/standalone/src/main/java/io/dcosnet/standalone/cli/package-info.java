// SPDX-License-Identifier: Apache-2.0
/**
 * What every command shares: where it writes, how it ends and how it reads its arguments. Start
 * reading at {@link io.dcosnet.standalone.cli.Command}.
 */
@NullMarked
package io.dcosnet.standalone.cli;

import org.jspecify.annotations.NullMarked;
