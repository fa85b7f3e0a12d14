// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator may choose about the looks of responses: the order of records, what a server
 * tells of itself. Start reading at {@link io.dcosnet.dns.response.ResponseStyle}.
 */
@NullMarked
package io.dcosnet.dns.response;

import org.jspecify.annotations.NullMarked;
