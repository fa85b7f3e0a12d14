// SPDX-License-Identifier: Apache-2.0
/**
 * Network namespaces: each is a network of its own, as containers have one. Start reading at {@link
 * io.dcosnet.linux.namespace.NetworkNamespace}.
 */
@NullMarked
package io.dcosnet.linux.namespace;

import org.jspecify.annotations.NullMarked;
