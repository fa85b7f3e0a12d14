// SPDX-License-Identifier: Apache-2.0
/**
 * What every {@link io.dcosnet.lb.datapath.DataPath} does, as tests to extend: {@link
 * io.dcosnet.lb.datapath.contract.DataPathContract} for any path, {@link
 * io.dcosnet.lb.datapath.contract.TcpPathContract} and {@link
 * io.dcosnet.lb.datapath.contract.UdpPathContract} for those that carry traffic, {@link
 * io.dcosnet.lb.datapath.contract.ScheduleContract} for both mixed at random. Give them a {@link
 * io.dcosnet.lb.datapath.contract.PathSubject}.
 */
@NullMarked
package io.dcosnet.lb.datapath.contract;

import org.jspecify.annotations.NullMarked;
