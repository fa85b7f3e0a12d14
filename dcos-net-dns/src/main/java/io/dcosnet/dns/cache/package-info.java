// SPDX-License-Identifier: Apache-2.0
/**
 * Answers of others that are kept: for how long, how they are given again, and what is given when
 * nobody can be asked. Start reading at {@link io.dcosnet.dns.cache.AnswerCache}; its front for one
 * worker is {@link io.dcosnet.dns.cache.CacheView}, and what asks on a miss is {@link
 * io.dcosnet.dns.cache.CachingResolver}.
 */
@NullMarked
package io.dcosnet.dns.cache;

import org.jspecify.annotations.NullMarked;
