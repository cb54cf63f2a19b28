package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.wait.PollStep;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitOutcome;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitToken;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All methods of a client in all their forms, as reflection finds them. */
class EveryMethodTest {
  private final ScriptedClient.Script script = new ScriptedClient.Script();
  private final JobRef job = script.job("j", "RUNNING", "SUCCESS");
  private final ScriptedClient machine = new ScriptedClient(ScriptedClient.START, script);
  private final JobsClient client = machine.client;
  private final List<WaitProgress> progress = new ArrayList<>();
  private final Map<Class<?>, Object> values =
      Map.of(
          JobRef.class, job,
          Collection.class, List.of(job),
          Duration.class, Duration.ofMinutes(1),
          WaitOptions.class, WaitOptions.builder().addListener(progress::add).build(),
          WaitListener.class, (WaitListener) progress::add,
          WaitToken.class, client.newToken(job, WaitOptions.defaults()),
          JobsService.class, JobsService.IMS);

  @AfterEach
  void close() {
    machine.close();
  }

  static List<Method> methods() {
    return Stream.of(JobsClient.class.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !method.getName().matches("close|toString"))
        .toList();
  }

  static Stream<Method> waits() {
    return methods().stream().filter(method -> method.getName().matches("(a?wait|resume).*"));
  }

  private static boolean takes(Method method, Class<?> type) {
    return List.of(method.getParameterTypes()).contains(type);
  }

  private Object[] arguments(Method method) {
    Class<?>[] types = method.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      if (types[i] != String.class) {
        arguments[i] = values.get(types[i]);
      } else if (method.getName().equals("with")) {
        arguments[i] = ScriptedClient.ENDPOINT;
      } else {
        arguments[i] = i == 0 ? "p" : "j";
      }
    }
    return arguments;
  }

  private static Object call(JobsClient client, Method method, Object... arguments)
      throws Exception {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  private static Job job(Object result) throws Exception {
    if (result instanceof CompletableFuture<?> future) {
      return job(future.get());
    } else if (result instanceof List<?> several) {
      return job(several.get(0));
    } else if (result instanceof PollStep.Done done) {
      return done.job();
    }
    return result instanceof WaitOutcome.Succeeded succeeded ? succeeded.job() : (Job) result;
  }

  @ParameterizedTest
  @MethodSource("waits")
  void everyWaitReturnsTheJobThatSucceeded(Method method) throws Exception {
    Job done = machine.run(() -> job(call(client, method, arguments(method))));
    assertThat(done.status()).isEqualTo(JobStatus.SUCCESS);
    assertThat(machine.polls).hasSize(2);
    boolean listens = takes(method, WaitOptions.class) || takes(method, WaitListener.class);
    assertThat(progress).hasSize(listens ? 2 : 0);
  }

  @Test
  void everyPollReturnsTheJobAsItIs() throws Exception {
    script.job("j", "SUCCESS");
    for (Method method : methods()) {
      if (method.getName().startsWith("poll")) {
        assertThat(job(call(client, method, arguments(method))).status())
            .isEqualTo(JobStatus.SUCCESS);
      }
    }
    assertThat(machine.polls).hasSize(5);
  }

  // What is refused before anything is sent

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "", " ", "\t", ".", "..", "a/b", "/", "../x",
        "a\\b", "a?b", "a#b", "a%b", "%2e", "a\nb", "a\r", "\u0000",
        "\u007f", "a\u0085b", "a\u2028b", "a\u2029b", "\ud83d", "a\udc00b"
      })
  void anIdThatCouldChangeThePathIsRefused(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JobRef(id, "j"))
        .withMessageStartingWith("projectId must not ");
    for (Method method : methods()) {
      if (takes(method, String.class) && !method.getName().equals("with")) {
        for (int i = 0; i < 2; i++) {
          Object[] arguments = arguments(method);
          arguments[i] = id;
          assertThatIllegalArgumentException()
              .isThrownBy(() -> call(client, method, arguments))
              .withMessageStartingWith(i == 0 ? "projectId must not " : "jobId must not ");
        }
      }
    }
    assertThat(machine.polls).isEmpty();
  }

  /** But for {@code with(service)}, which needs a client that was built by region. */
  static Stream<Method> methodsOfAnyClient() {
    return methods().stream()
        .filter(method -> !List.of(method.getParameterTypes()).equals(List.of(JobsService.class)));
  }

  @ParameterizedTest
  @MethodSource("methodsOfAnyClient")
  void nullIsRefused(Method method) {
    for (int i = 0; i < method.getParameterCount(); i++) {
      Object[] arguments = arguments(method);
      arguments[i] = null;
      Class<?> type = method.getParameterTypes()[i];
      boolean value = type == String.class || type == Duration.class;
      assertThat(catchThrowable(() -> call(client, method, arguments)))
          .as("parameter %s", i)
          .isInstanceOf(value ? IllegalArgumentException.class : NullPointerException.class);
    }
    assertThat(machine.polls).isEmpty();
  }

  @Test
  void aTokenThatIsDamagedOrOfAnotherServiceOrEndpointIsRefused() {
    JobsClient elb = client.with(JobsService.ELB_V1, ScriptedClient.ENDPOINT);
    JobsClient elsewhere = client.with(JobsService.ECS, ScriptedClient.ENDPOINT + "/base");
    WaitToken token = client.newToken(job, WaitOptions.defaults());
    WaitToken cut = new WaitToken(token.text().substring(0, token.text().length() / 2));
    assertRefused(client, cut, "the token is damaged: ");
    assertRefused(elb, token, "the token is of ECS at ");
    assertRefused(elsewhere, token, "the token is of ECS at ");
    assertRefused(client, elb.newToken(job, WaitOptions.defaults()), "the token is of ELB");
    assertThat(machine.polls).isEmpty();
  }

  private void assertRefused(JobsClient other, WaitToken token, String why) {
    for (Method method : methods()) {
      if (takes(method, WaitToken.class)) {
        Object[] arguments = arguments(method);
        arguments[0] = token;
        assertThatIllegalArgumentException()
            .isThrownBy(() -> call(other, method, arguments))
            .withMessageStartingWith(why);
      }
    }
  }

  /** Closes one client, and expects another to refuse every method then. */
  private void assertRefusesEverything(JobsClient closing, JobsClient other) {
    closing.close();
    closing.close();
    for (Method method : methods()) {
      assertThatIllegalStateException()
          .as(method.toString())
          .isThrownBy(() -> call(other, method, arguments(method)))
          .withMessage("this JobsClient is closed");
    }
    assertThat(other.toString()).startsWith("JobsClient[");
  }

  @Test
  void aClosedClientRefusesEverythingAndEndsItsSiblingsToo() {
    JobsClient sibling = client.with(JobsService.IMS, ScriptedClient.ENDPOINT);
    JobsClient another = client.with(JobsService.IMS, ScriptedClient.ENDPOINT);
    assertRefusesEverything(sibling, sibling);
    assertThat(client.pollJob(job).status()).isEqualTo(JobStatus.RUNNING);
    assertRefusesEverything(client, client);
    assertRefusesEverything(client, another);
    assertThat(machine.polls).hasSize(1);
  }
}
