// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.benchmarks;

import io.dcosnet.sources.mesos.MesosState;
import io.dcosnet.sources.mesos.MesosStateReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What reading a master's state costs, in the shape that Mesos 1.11 gives a Marathon task. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MesosStateReaderBenchmark {

  @Param({"10000"})
  int taskCount;

  private byte[] document;

  @Setup
  public void write() {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder("{'leader':'master@10.0.0.1:5050','slaves':[");
    for (int i = 0; i < 500; i++) {
      text.append(i == 0 ? "" : ",")
          .append("{'id':'S" + i + "','hostname':'10.1.0.1','pid':'slave(1)@10.1.0.1:5051',")
          .append("'resources':{'cpus':8.0,'mem':14018.0,'ports':'[1025-2180, 2182-3887]'}}");
    }
    text.append("],'frameworks':[{'id':'F','name':'marathon','pid':'s@10.0.0.1:1','tasks':[");
    for (int i = 0; i < taskCount; i++) {
      UUID id = new UUID(random.nextLong(), random.nextLong());
      String network =
          "'container_status':{'container_id':{'value':'"
              + id
              + "'},'network_infos':[{'ip_addresses':"
              + "[{'ip_address':'9.0.1.5','protocol':'IPv4'}],'name':'dcos'}]}";
      text.append(i == 0 ? "" : ",")
          .append("{'id':'web-" + i / 20 + ".instance-" + id + "._app.1','name':'web-" + i / 20)
          .append("','framework_id':'F','executor_id':'','slave_id':'S" + i % 500)
          .append("','state':'TASK_RUNNING','resources':{'cpus':0.1,'disk':0.0,'gpus':0.0,")
          .append("'mem':32.0,'ports':'[31000-31001]'},'role':'slave_public','statuses':[")
          .append("{'state':'TASK_STARTING','timestamp':1500000000.1," + network + "},")
          .append("{'state':'TASK_RUNNING','timestamp':1500000001.2,'healthy':true," + network)
          .append("}],'discovery':{'visibility':'FRAMEWORK','name':'web-" + i / 20)
          .append("','ports':{'ports':[{'number':31000,'name':'http','protocol':'tcp','labels':")
          .append("{'labels':[{'key':'VIP_0','value':'/web:80'}]}}]}},")
          .append("'container':{'type':'MESOS','network_infos':[{'name':'dcos'}]}}");
    }
    document = text.append("]}]}").toString().replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Benchmark
  public MesosState read() {
    return MesosStateReader.create().read(document);
  }
}
