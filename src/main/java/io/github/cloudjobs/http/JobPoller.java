package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.SignableRequest;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.Thrown;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Polls the jobs of one service at one endpoint: url → sign → call → answer or error. Thread-safe.
 */
public final class JobPoller {
  private final Transport transport;
  private final Endpoint endpoint;
  private final PathTemplate template;

  public JobPoller(Transport transport, Endpoint endpoint, PathTemplate template) {
    this.transport = transport;
    this.endpoint = endpoint;
    this.template = template;
  }

  /** The address of the service. */
  public HttpUrl endpoint() {
    return endpoint.url();
  }

  /** Where a job is asked for. */
  public HttpUrl url(JobRef job) {
    return url(signable(job));
  }

  /** Polls once, on the caller's thread. */
  public Job poll(JobRef job) {
    return prepare(job).now();
  }

  /** Prepares the polls of one job; those of a wait share what was prepared. */
  public Prepared prepare(JobRef job) {
    PollTag tag = new PollTag(signable(job), transport.brakeMark());
    Request unsigned = unsigned(tag.signable()).tag(PollTag.class, tag).build();
    return new Prepared(transport, unsigned, tag.began());
  }

  /** The request that a poll would send now, signed: a secret. */
  public Request signedRequest(JobRef job) {
    SignableRequest signable = signable(job);
    Request.Builder request = unsigned(signable);
    for (Map.Entry<String, String> line :
        transport
            .signer()
            .sign(signable, transport.credentials(), transport.signingTime())
            .headers()) {
      request.header(line.getKey(), line.getValue());
    }
    return request.build();
  }

  /** The URL with the signature in its query: a secret. */
  public HttpUrl presignedUrl(JobRef job, Duration validity) {
    SignableRequest signable = signable(job);
    Credentials credentials = transport.credentials();
    return url(signable)
        .newBuilder()
        .encodedQuery(
            transport
                .signer()
                .presign(signable, credentials, transport.signingTime(), validity)
                .encoded())
        .build();
  }

  private SignableRequest signable(JobRef job) {
    return SignableRequest.get(Endpoint.hostHeader(endpoint.url()), endpoint.path(template, job));
  }

  private HttpUrl url(SignableRequest signable) {
    return endpoint.url().newBuilder().encodedPath(signable.encodedPath()).build();
  }

  private Request.Builder unsigned(SignableRequest signable) {
    return new Request.Builder()
        .url(url(signable))
        .header("Accept", "application/json")
        .header("User-Agent", Transport.USER_AGENT);
  }

  /** Polls of one job, ready to be made any number of times. Thread-safe. */
  public static final class Prepared {
    private final Transport transport;
    private final Request unsigned;
    private final long mark;

    private Prepared(Transport transport, Request unsigned, long mark) {
      this.transport = transport;
      this.unsigned = unsigned;
      this.mark = mark;
    }

    /** Grows each time that credentials are condemned: polls of before are ended by that. */
    public long mark() {
      return mark;
    }

    /** Polls on the caller's thread. */
    Job now() {
      Call call = transport.client().newCall(unsigned);
      try (Response response = call.execute()) {
        return transport.reader().read(response, transport.now()).orThrow();
      } catch (JobsException e) {
        throw e;
      } catch (Exception e) { // also an InterruptedException that execute() does not declare
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        throw translate(e);
      }
    }

    /**
     * Polls on a thread of the transport.
     *
     * @param answered is called once, on that thread; must not throw
     * @return the call, to be cancelled
     */
    public Call start(Consumer<Answer> answered) {
      Call call = transport.client().newCall(unsigned);
      call.enqueue(
          new Callback() {
            @Override
            public void onResponse(Call done, Response response) {
              answered.accept(read(response));
            }

            @Override
            public void onFailure(Call done, IOException e) {
              answered.accept(Answer.of(translate(e)));
            }
          });
      return call;
    }

    private Answer read(Response response) {
      try (response) {
        return transport.reader().read(response, transport.now());
      } catch (Throwable t) { // nothing may keep the answer from being told
        return Answer.of(translate(t));
      }
    }

    private JobsException translate(Throwable t) {
      JobsException carried = CarriedException.in(t);
      if (carried != null) {
        return carried;
      }
      if (t instanceof IOException || t instanceof InterruptedException) {
        String why =
            Thread.currentThread().isInterrupted()
                ? t.getClass().getSimpleName() + ", interrupted"
                : Thrown.text(t);
        return new JobsTransportException("no answer from GET " + unsigned.url() + ": " + why, t);
      }
      return new JobsException("the poll of " + unsigned.url() + " failed: " + Thrown.text(t), t);
    }
  }
}
