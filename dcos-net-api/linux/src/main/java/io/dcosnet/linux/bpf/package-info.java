// SPDX-License-Identifier: Apache-2.0
/**
 * Small programs within the kernel that are asked when processes of a control group connect or send
 * datagrams, and the maps that such programs share with this process. Start reading at {@link
 * io.dcosnet.linux.bpf.BpfMap}, {@link io.dcosnet.linux.bpf.BpfAssembler} and {@link
 * io.dcosnet.linux.bpf.BpfProgram}.
 */
@NullMarked
package io.dcosnet.linux.bpf;

import org.jspecify.annotations.NullMarked;
