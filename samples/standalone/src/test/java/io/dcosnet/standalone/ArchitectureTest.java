// SPDX-License-Identifier: Apache-2.0
package io.dcosnet.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;

/**
 * Holds the rules of the house over all modules at once, since only this module sees all of them.
 *
 * <p>Why here and only here: {@code docs/decisions/0002-one-architecture-test.md}.
 */
@AnalyzeClasses(
    packages = ArchitectureTest.ROOT,
    importOptions = ArchitectureTest.WithoutTestClasses.class)
@Tag("architecture")
class ArchitectureTest {

  static final String ROOT = "io.dcosnet";

  private static final List<String> FEATURES = List.of("dns", "lb", "overlay", "gossip");

  /** The shelf beside core: each may use core, and nothing else of ours. */
  private static final List<String> ADAPTERS =
      List.of("sources", "netty", "linux", "zookeeper", "testkit");

  /** The two classes that may ask the machine for the time and let a thread wait. */
  private static final Set<String> TIME_CLASSES =
      Set.of("io.dcosnet.api.spi.SystemTimeSource", "io.dcosnet.api.spi.SystemScheduler");

  private static final String NETTY = "io.netty.";

  /** Libraries that stay inside; a host must be able to change their versions, or not to know. */
  private static final List<String> HIDDEN_LIBRARIES =
      List.of(
          NETTY,
          "org.xbill.DNS.",
          "com.google.common.",
          "com.fasterxml.jackson.",
          "com.github.benmanes.caffeine.",
          "com.sun.jna.",
          "org.apache.curator.",
          "org.apache.zookeeper.",
          "org.pcollections.");

  @ArchTest
  static final ArchRule coreUsesNothingElseOfOurs =
      noClasses()
          .that()
          .resideInAPackage("io.dcosnet.api..")
          .should()
          .dependOnClassesThat(areOursOutside("api"))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule adaptersUseOnlyCore =
      ADAPTERS.stream()
          .<ArchRule>map(
              adapter ->
                  noClasses()
                      .that()
                      .resideInAPackage(inModule(adapter))
                      .should()
                      .dependOnClassesThat(areOursOutside("api", adapter))
                      .allowEmptyShould(true))
          .collect(Collectors.collectingAndThen(Collectors.toList(), CompositeArchRule::of));

  @ArchTest
  static final ArchRule featuresDoNotUseEachOtherNorHosts =
      FEATURES.stream()
          .<ArchRule>map(
              feature ->
                  noClasses()
                      .that()
                      .resideInAPackage(inModule(feature))
                      .should()
                      .dependOnClassesThat(
                          areOursOutside(
                              Stream.concat(Stream.of("api", feature), ADAPTERS.stream())
                                  .toArray(String[]::new)))
                      .allowEmptyShould(true))
          .collect(Collectors.collectingAndThen(Collectors.toList(), CompositeArchRule::of));

  @ArchTest
  static final ArchRule internalPackagesStayInTheirModule =
      classes()
          .that()
          .resideInAPackage("io.dcosnet..internal..")
          .should(
              new ArchCondition<>("be used by their own module only") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  type.getDirectDependenciesToSelf().stream()
                      .filter(use -> !moduleOf(use.getOriginClass()).equals(moduleOf(type)))
                      .forEach(
                          use ->
                              events.add(
                                  SimpleConditionEvent.violated(type, use.getDescription())));
                }
              })
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return SliceIdentifier.of(type.getPackageName());
                }

                @Override
                public String getDescription() {
                  return "packages";
                }
              })
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true);

  /** Everything takes time and randomness as arguments, so that a cluster runs on virtual time. */
  @ArchTest
  static final ArchRule timeAndChanceAreHandedIn =
      noClasses()
          .that(
              new DescribedPredicate<>("are not the time classes") {
                @Override
                public boolean test(JavaClass type) {
                  return TIME_CLASSES.stream()
                      .noneMatch(
                          allowed ->
                              type.getName().equals(allowed)
                                  || type.getName().startsWith(allowed + "$"));
                }
              })
          .should()
          .accessTargetWhere(
              new DescribedPredicate<>("asks the machine for time or chance") {
                @Override
                public boolean test(JavaAccess<?> access) {
                  JavaClass owner = access.getTargetOwner();
                  String name = access.getName();
                  return (owner.isEquivalentTo(System.class)
                          && (name.equals("currentTimeMillis") || name.equals("nanoTime")))
                      || (owner.isEquivalentTo(Thread.class) && name.equals("sleep"))
                      || (owner.isEquivalentTo(Instant.class) && name.equals("now"))
                      || (owner.isEquivalentTo(Math.class) && name.equals("random"))
                      || (owner.isEquivalentTo(Random.class)
                          && name.equals(JavaConstructor.CONSTRUCTOR_NAME));
                }
              });

  @ArchTest
  static final ArchRule logsGoThroughSlf4j =
      noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

  /** The launcher talks to a person; the test kit says why a test was skipped. */
  @ArchTest
  static final ArchRule librariesDoNotPrint =
      noClasses()
          .that()
          .resideOutsideOfPackages(inModule("standalone"), inModule("testkit"))
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace");

  @ArchTest
  static final ArchRule publicSignaturesHideOtherLibraries =
      classes()
          .that(new PublicApi())
          .should(
              new ArchCondition<>("show no type of a hidden library") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  shownTypes(type)
                      .forEach(
                          (where, shown) ->
                              shown.stream()
                                  .filter(seen -> isHiddenFrom(type, seen))
                                  .forEach(
                                      seen ->
                                          events.add(
                                              SimpleConditionEvent.violated(
                                                  type, where + " shows " + seen.getName()))));
                }
              })
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesAreNullMarked =
      classes()
          .should(
              new ArchCondition<>("live in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(
                        SimpleConditionEvent.violated(
                            type, "no @NullMarked package-info beside " + type.getName()));
                  }
                }
              });

  private static String inModule(String module) {
    return ROOT + "." + module + "..";
  }

  private static String moduleOf(JavaClass type) {
    String inside = type.getPackageName().substring(ROOT.length());
    return inside.isEmpty() ? "" : inside.substring(1).split("\\.", 2)[0];
  }

  private static DescribedPredicate<JavaClass> areOursOutside(String... modules) {
    Set<String> allowed = Set.of(modules);
    return new DescribedPredicate<>("are ours outside " + String.join(", ", modules)) {
      @Override
      public boolean test(JavaClass type) {
        return (type.getPackageName() + ".").startsWith(ROOT + ".")
            && !allowed.contains(moduleOf(type));
      }
    };
  }

  private static boolean isHiddenFrom(JavaClass type, JavaClass shown) {
    return HIDDEN_LIBRARIES.stream()
        .filter(library -> !(library.equals(NETTY) && moduleOf(type).equals("netty")))
        .anyMatch(library -> shown.getName().startsWith(library));
  }

  /** What a reader of the public type meets, by the place where it stands. */
  private static Map<String, Set<JavaClass>> shownTypes(JavaClass type) {
    Map<String, Set<JavaClass>> shown = new TreeMap<>();
    shown.put(type.getName(), headOf(type));
    for (JavaMember member : type.getMembers()) {
      if (isPublicOrProtected(member.getModifiers())) {
        shown.put(member.getFullName(), typesOf(member));
      }
    }
    return shown;
  }

  private static Set<JavaClass> headOf(JavaClass type) {
    Stream<JavaType> parents =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    return Stream.concat(parents, type.getTypeParameters().stream())
        .flatMap(part -> part.getAllInvolvedRawTypes().stream())
        .collect(Collectors.toSet());
  }

  private static Set<JavaClass> typesOf(JavaMember member) {
    Set<JavaClass> types = new LinkedHashSet<>(member.getAllInvolvedRawTypes());
    if (member instanceof JavaCodeUnit codeUnit) {
      types.addAll(codeUnit.getExceptionTypes());
    }
    return types;
  }

  private static boolean isPublicOrProtected(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  /** Leaves out the tests of this module; the path also fits the output folder of {@code fast}. */
  static final class WithoutTestClasses implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  /**
   * Types that a host can name: public, in a package that its module exports to everybody.
   *
   * <p>A module without descriptor exports all but its {@code internal} packages.
   */
  private static final class PublicApi extends DescribedPredicate<JavaClass> {
    private static final Map<String, Set<String>> EXPORTS = readExports();

    PublicApi() {
      super("are public API of a library");
    }

    @Override
    public boolean test(JavaClass type) {
      return isLibrary(moduleOf(type))
          && isExported(type)
          && Stream.iterate(
                  Optional.of(type),
                  Optional::isPresent,
                  t -> t.flatMap(JavaClass::getEnclosingClass))
              .allMatch(t -> isPublicOrProtected(t.orElseThrow().getModifiers()));
    }

    private static boolean isLibrary(String module) {
      return module.equals("api") || ADAPTERS.contains(module) || FEATURES.contains(module);
    }

    private static boolean isExported(JavaClass type) {
      Set<String> exported = EXPORTS.get(ROOT + "." + moduleOf(type));
      return exported == null
          ? !(type.getPackageName() + ".").contains(".internal.")
          : exported.contains(type.getPackageName());
    }

    private static Map<String, Set<String>> readExports() {
      Map<String, Set<String>> exports = new HashMap<>();
      try {
        ClassLoader loader = ArchitectureTest.class.getClassLoader();
        for (URL url : Collections.list(loader.getResources("module-info.class"))) {
          try (InputStream in = url.openStream()) {
            ModuleDescriptor module = ModuleDescriptor.read(in);
            exports.put(
                module.name(),
                module.exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(Collectors.toSet()));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return exports;
    }
  }
}
