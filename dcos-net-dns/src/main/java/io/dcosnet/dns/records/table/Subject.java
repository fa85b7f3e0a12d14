// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.dns.records.table;

/** A contributor other than a task, which goes by its key. <b>Immutable.</b> */
public record Subject(String kind, String id) {}
