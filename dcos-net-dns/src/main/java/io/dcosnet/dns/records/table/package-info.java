// SPDX-License-Identifier: Apache-2.0

/**
 * What all generators of records share: subjects (a task, an agent, a framework, the masters) each
 * contribute records, and a table counts who wants which, so that a change costs what it changes.
 * Start reading at {@link io.dcosnet.dns.records.table.GeneratedRecords}, then {@link
 * io.dcosnet.dns.records.table.RecordTable}. Not seen by hosts.
 */
@NullMarked
package io.dcosnet.dns.records.table;

import org.jspecify.annotations.NullMarked;
