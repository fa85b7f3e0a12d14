// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.lb.datapath.ipvs;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests of the classes that are named, within a user-mode Linux. */
final class UserModeLinuxRun {

  private UserModeLinuxRun() {}

  /** One line for each test; ends with 1 when one failed, and with 2 when there was none. */
  public static void main(String[] classes) {
    Told told = new Told();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
            .build();
    LauncherFactory.create().execute(request, told);
    System.out.println("uml: " + told.passed + " passed, " + told.failed + " failed");
    System.exit(told.failed > 0 ? 1 : told.passed == 0 ? 2 : 0);
  }

  private static final class Told implements TestExecutionListener {

    private int passed;
    private int failed;

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      failed++;
      System.out.println("uml: SKIPPED " + shown(test) + " " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      boolean well = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
      if (test.isTest() && well) {
        passed++;
        System.out.println("uml: passed " + shown(test));
      } else if (!well) {
        failed++;
        System.out.println("uml: " + result.getStatus() + " " + shown(test));
        result.getThrowable().ifPresent(thrown -> thrown.printStackTrace(System.out));
      }
    }

    /** Such as {@code IpvsPathIT > Tcp > followsWeights()}. */
    private static String shown(TestIdentifier test) {
      return test.getUniqueId()
          .replaceAll(".*\\[class:[^]]*\\.([^].]+)\\]", "$1")
          .replaceAll("/\\[[a-z-]+:(?:[\\w.]*#)?([^]]*)\\]", " > $1");
    }
  }
}
