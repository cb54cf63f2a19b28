package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.step.Answers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EachListenerTest {
  private final List<String> heard = new ArrayList<>();

  /** Whatever a listener can be told. */
  static Stream<Method> methods() {
    return Arrays.stream(WaitListener.class.getDeclaredMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void eachIsToldEverythingInTheirOrder(Method method) throws Exception {
    method.invoke(WaitListener.all(named("a", null), named("b", null)), arguments(method));
    assertThat(heard).containsExactly("a " + method.getName(), "b " + method.getName());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatOneThrowsKeepsNoneFromHearing(Method method) {
    Throwable first = new LinkageError("a");
    RuntimeException second = new IllegalStateException("b");
    WaitListener all =
        WaitListener.all(
            named("a", first), named("b", second), named("c", first), named("d", null));
    assertThat(catchThrowable(() -> method.invoke(all, arguments(method))))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .isSameAs(first)
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).containsExactly(second));
    assertThat(heard).hasSize(4);
  }

  @Test
  void whatNoListenerMayThrowIsThrownAsACause() {
    Exception checked = new InterruptedException();
    WaitListener all =
        WaitListener.all(
            progress -> {
              throw EachListenerTest.<RuntimeException>sneaky(checked);
            });
    assertThat(catchThrowable(() -> all.onProgress(Told.progress("j", "{}", 1))))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(checked);
  }

  @SuppressWarnings("unchecked") // the compiler is to believe that it is unchecked
  private static <T extends Throwable> T sneaky(Throwable t) throws T {
    throw (T) t;
  }

  private WaitListener named(String name, Throwable thrown) {
    return (WaitListener)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {WaitListener.class},
            (proxy, method, arguments) -> {
              heard.add(name + " " + method.getName());
              if (thrown != null) {
                throw thrown;
              }
              return null;
            });
  }

  private static Object[] arguments(Method method) {
    return Arrays.stream(method.getParameterTypes()).map(EachListenerTest::argument).toArray();
  }

  private static Object argument(Class<?> type) {
    return Stream.of(
            Told.progress("j", "{}", 1),
            Told.setback("j", Answers.lost(), 1, 1),
            Told.end("j", new WaitOutcome.Vanished(null), 1))
        .filter(type::isInstance)
        .findFirst()
        .orElse(null);
  }

  @Test
  void theyAreThoseThatWereGiven() {
    WaitListener[] given = {named("a", null)};
    WaitListener all = WaitListener.all(given);
    given[0] = null;
    all.onProgress(Told.progress("j", "{}", 1));
    assertThat(heard).containsExactly("a onProgress");
    assertThatNullPointerException().isThrownBy(() -> WaitListener.all(given));
  }
}
