// SPDX-License-Identifier: Apache-2.0
/**
 * Names over HTTP, as the roles and {@code dcos-net dns serve} offer them. Start reading at {@link
 * io.dcosnet.standalone.names.NamesHttp}.
 */
@NullMarked
package io.dcosnet.standalone.names;

import org.jspecify.annotations.NullMarked;
