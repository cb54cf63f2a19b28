package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Where credentials come from, for those that change while a client lives.
 *
 * <p>It is asked anew for every attempt at a request, and often by several threads at once: by a
 * background I/O thread for waits and {@code pollJobAsync}, by the caller's for {@code pollJob},
 * {@code signedRequest} and {@code presignedUrl}. An implementation has to be thread-safe, and
 * quick while the value it holds is live. It may block to fetch another when that one is about to
 * expire.
 *
 * <p>A function that returns the newest is enough. The sources offered here are thread-safe, renew
 * what expires in the background, and hand out what they have without I/O or a lock.
 */
@FunctionalInterface
public interface CredentialsProvider {
  /**
   * Returns the credentials to use for the next attempt, never null; null ends a wait as any
   * exception does.
   *
   * @throws io.github.cloudjobs.error.JobsTransportException if the source cannot be reached just
   *     now: it counts as a lost answer, which a wait bears for a while. Any other exception ends
   *     the wait.
   */
  Credentials get();

  /**
   * Returns other credentials than those a service has just refused with a 401, if there are any.
   * The client asks for them once for all its polls and waits, tries what it gets once, and ends
   * the waits at the endpoint that refused them if that is refused too, or is the same again.
   *
   * <p>By default it asks {@link #get()}. A source that keeps what it got until it expires has to
   * ask for new ones here, and: callers on several threads with the same refused ones cause one
   * request, and if it holds others already, it returns those without any I/O. May block, as {@link
   * #get()} may.
   *
   * @param refused what {@link #get()} or this method returned before; never null
   * @return never null; equal to {@code refused} if there is nothing else
   * @throws io.github.cloudjobs.error.JobsTransportException as for {@link #get()}
   */
  default Credentials refresh(Credentials refused) {
    return get();
  }

  /** Returns a provider that always answers with {@code credentials}. */
  static CredentialsProvider of(Credentials credentials) {
    requireNonNull(credentials, "credentials");
    return () -> credentials;
  }

  /**
   * Returns a provider that reads environment variables: the official SDKs' {@code
   * HUAWEICLOUD_SDK_AK}, {@code _SK} and {@code _SECURITY_TOKEN}; then {@code HW_AUTH_TOKEN}, or
   * {@code HW_ACCESS_KEY}, {@code HW_SECRET_KEY} and {@code HW_SECURITY_TOKEN}; then {@code
   * OS_TOKEN}, {@code OS_TOKEN_ID} or {@code OS_AUTH_TOKEN}, or {@code OS_ACCESS_KEY}, {@code
   * OS_SECRET_KEY} and {@code OS_SECURITY_TOKEN} with their other spellings.
   *
   * <p>A family counts whole or not at all: a key of one is never used with the secret of another.
   * Within a family a token counts before a key, and a key with a security token is a temporary
   * one. Blanks around a value are not of it, and a blank value is none.
   *
   * <p>{@link #get()} throws a {@link io.github.cloudjobs.error.JobsException} if no family is
   * whole, which names the variables that are there and those that are missing. Thread-safe; no
   * I/O; what was found is kept.
   *
   * @see <a
   *     href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3#241-environment-variables">
   *     Environment variables of the SDK</a>
   * @see <a href="https://github.com/opentelekomcloud/gophertelekomcloud">gophertelekomcloud, for
   *     the OS_ family</a>
   */
  static CredentialsProvider environment() {
    return new EnvironmentCredentials(Surroundings.ofThisMachine());
  }

  /**
   * Returns a provider that reads the official SDK's credentials file: the one that the variable
   * {@code HUAWEICLOUD_SDK_CREDENTIALS_FILE} names, else {@code .huaweicloud/credentials} in the
   * user's home. See {@link #credentialsFile(Path)}.
   */
  static CredentialsProvider credentialsFile() {
    return FileCredentials.whereTheSdkLooks(Surroundings.ofThisMachine());
  }

  /**
   * Returns a provider that reads a credentials file: {@code ak}, {@code sk} and, for a temporary
   * key, {@code security_token} in its section {@code [basic]}. UTF-8, or UTF-16 with a byte order
   * mark; at most 64 KiB.
   *
   * <p>It is read when first asked for and again whenever its date, size or identity has changed,
   * or a service has refused what it held. A file that cannot be read any more does not take away
   * what was read before, until that is refused.
   *
   * <p>{@link #get()} throws a {@link io.github.cloudjobs.error.JobsException} that names the file,
   * the line and what is wrong with it, and never a value. Thread-safe.
   *
   * @see <a href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3#242-profile">Profile</a>
   */
  static CredentialsProvider credentialsFile(Path file) {
    return FileCredentials.at(requireNonNull(file, "file"));
  }

  /**
   * Returns a provider that asks the metadata service of the server it runs on for the temporary
   * key of the agency that the server was given; with a token first, where the service has that.
   *
   * <p>The key is renewed in the background 10 minutes before its end, by one request however many
   * ask, and the old one stays in use as long as it lives if that fails. How long it lives is taken
   * from the service's own clock. Connecting, and each wait for bytes, may take 3 seconds. Proxies
   * are passed by, no redirect is followed, and nothing secret is sent.
   *
   * <p>{@link #get()} throws a {@link io.github.cloudjobs.error.JobsTransportException} if the
   * service does not answer, a {@link io.github.cloudjobs.error.ThrottledException} for 429 and
   * 503, and a {@link io.github.cloudjobs.error.JobsServiceException} for any other answer without
   * a key; none repeats what was answered. Thread-safe.
   *
   * <p>For an emulator on this machine its address can be named by the system property {@code
   * cloudjobs.metadata.address} or, after that, the environment variable {@code
   * CLOUDJOBS_METADATA_ADDRESS}, such as {@code http://127.0.0.1:8080}. A name that leads elsewhere
   * is refused when it is used.
   *
   * @see <a
   *     href="https://docs.otc.t-systems.com/elastic-cloud-server/umn/instances/obtaining_metadata/">Obtaining
   *     metadata</a>
   */
  static CredentialsProvider ecsMetadata() {
    return EcsMetadata.provider(Surroundings.ofThisMachine());
  }

  /**
   * Like {@link #ecsMetadata()}, at an address of an emulator.
   *
   * @param address {@code http} to this machine ({@code localhost}, {@code 127.x.x.x}, {@code
   *     [::1]}), or {@code http://169.254.169.254}; no path, query or user info
   * @throws IllegalArgumentException if it is any other
   */
  static CredentialsProvider ecsMetadata(URI address) {
    return EcsMetadata.provider(
        MetadataAddress.of(requireNonNull(address, "address")), Surroundings.ofThisMachine());
  }

  /**
   * Begins a provider that logs in to IAM with a user's password, and hands out the token it gets.
   *
   * @param iamEndpoint such as {@code https://iam.eu-de.otc.t-systems.com}; {@code /v3} at its end
   *     makes no difference, all of {@code /v3/auth/tokens} is refused. {@code https}, unless it is
   *     on this machine; no user info, query or fragment
   * @throws IllegalArgumentException if it is not as said; it is not repeated
   */
  static IamPasswordBuilder iamPassword(String iamEndpoint) {
    return new IamPasswordBuilder(requireNonNull(iamEndpoint, "iamEndpoint"));
  }

  /**
   * Returns a provider that asks others, in order. The first that answers is asked ever after, and
   * its later failures are its own: a moment of trouble must not put somebody else's name under a
   * request.
   *
   * <p>If none answers, {@link #get()} throws one {@link io.github.cloudjobs.error.JobsException}
   * that says what each of them said, with their exceptions suppressed in it; the next call asks
   * them all again. It is no {@code JobsTransportException} even if one of them was: a wait that
   * never had credentials ends at once. Of exceptions that are not this library's only the class is
   * said. Thread-safe.
   *
   * @param providers at least one; none null
   */
  static CredentialsProvider chain(CredentialsProvider... providers) {
    return new Chain(List.of(providers));
  }

  /**
   * Returns a new {@link #chain chain} of {@link #environment()}, {@link #credentialsFile()} and
   * {@link #ecsMetadata()}: the official SDK's order.
   *
   * @see <a href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3#24-credentials-provider">
   *     Provider chain of the SDK</a>
   */
  static CredentialsProvider defaultChain() {
    return Chain.byDefault(Surroundings.ofThisMachine());
  }
}
