// SPDX-License-Identifier: Apache-2.0

/**
 * How names come about: the rules that turn what a scheduler calls a task into DNS labels, the
 * short hash that tells instances apart, and domain names in their wire form. Start reading at
 * {@link io.dcosnet.dns.name.LabelSpec}, then {@link io.dcosnet.dns.name.DomainName}.
 */
@NullMarked
package io.dcosnet.dns.name;

import org.jspecify.annotations.NullMarked;
