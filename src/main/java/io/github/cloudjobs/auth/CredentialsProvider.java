package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;

/**
 * A source of credentials, for credentials that change while a client lives:
 *
 * <pre>{@code
 * JobsClient.builder().credentials(CredentialsProvider.defaultChain()) // environment, file, agency
 * JobsClient.builder().credentials(() -> Credentials.token(vault.read("token"))) // your own
 * }</pre>
 *
 * <p>The client calls it for each attempt at a request, from several threads: for polls on I/O
 * threads of its own, for {@code signedRequest} and {@code presignedUrl} on the caller's. An
 * implementation must be thread-safe and return live credentials quickly. It may block to fetch
 * others when those are about to expire.
 *
 * <p>A function that returns the newest credentials is enough. The providers of this interface are
 * thread-safe, renew credentials in the background, and return live ones without I/O.
 */
@FunctionalInterface
public interface CredentialsProvider {
  /**
   * Returns the credentials for the next attempt.
   *
   * @return never null; null ends a wait, as an exception does
   * @throws io.github.cloudjobs.error.JobsTransportException if the source cannot be reached at the
   *     moment. A wait tolerates that for a while, like a failed poll; any other exception ends it.
   */
  Credentials get();

  /**
   * Returns other credentials than those a service has just refused with status 401, if there are
   * any. The client calls it once for all its polls and waits and tries the result once. If that is
   * refused too, or is the same, the waits at the refusing endpoint end.
   *
   * <p>By default it calls {@link #get()}. A source that caches has to override it: it must return
   * cached credentials without I/O if they are not the refused ones, and otherwise fetch others
   * once for all threads with the same refused ones. It may block, like {@link #get()}.
   *
   * @param refused what {@link #get()} or this method returned before
   * @return never null; equal to {@code refused} if there are no others
   * @throws io.github.cloudjobs.error.JobsTransportException as for {@link #get()}
   */
  default Credentials refresh(Credentials refused) {
    return get();
  }

  /** Returns a provider that always returns {@code credentials}. */
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
   * <p>These families are never mixed. Within one a token comes before a key, and a key with a
   * security token is a temporary one. Blanks around a value are ignored. Found credentials are
   * kept; if no family is complete, {@link #get()} throws a {@link
   * io.github.cloudjobs.error.JobsException} that names the variables that are set and missing.
   */
  static CredentialsProvider environment() {
    return new EnvironmentCredentials(SystemEnvironment.ofThisMachine());
  }

  /**
   * Returns a provider that reads the official SDK's {@link #credentialsFile(Path) credentials
   * file}: the one that the variable {@code HUAWEICLOUD_SDK_CREDENTIALS_FILE} names, else {@code
   * .huaweicloud/credentials} in the user's home.
   */
  static CredentialsProvider credentialsFile() {
    return FileCredentials.atDefaultPath(SystemEnvironment.ofThisMachine());
  }

  /**
   * Returns a provider that reads a credentials file: {@code ak}, {@code sk} and, for a temporary
   * key, {@code security_token} in its section {@code [basic]}. UTF-8, or UTF-16 with a byte order
   * mark; at most 64 KiB.
   *
   * <p>The file is read at the first call, whenever its date, size or key changes, and after a
   * service refused its credentials. If it cannot be read any more, the last credentials stay in
   * use until they are refused. The exceptions name the file and the line, and contain no value.
   *
   * @see <a href="https://github.com/huaweicloud/huaweicloud-sdk-java-v3#242-profile">Profile</a>
   */
  static CredentialsProvider credentialsFile(Path file) {
    return new FileCredentials(requireNonNull(file, "file"));
  }

  /**
   * Returns a provider that gets the temporary key of the server's agency from the server's
   * metadata service; with a session token, if the service has those.
   *
   * <p>The key is renewed in the background 10 minutes before it expires; if that fails, it stays
   * in use until it expires. The timeout is 3 seconds for connecting and for each read. Proxies are
   * not used, redirects are not followed, and no secret is sent. {@link #get()} throws a {@link
   * io.github.cloudjobs.error.JobsTransportException} if the service does not respond, and a {@link
   * io.github.cloudjobs.error.JobsServiceException}, without the response, if that has no key.
   *
   * <p>The address of an emulator on this machine can be set by the system property {@code
   * cloudjobs.metadata.address} or else the environment variable {@code
   * CLOUDJOBS_METADATA_ADDRESS}; see {@link #ecsMetadata(URI)}. Any other address is refused when
   * it is used.
   */
  static CredentialsProvider ecsMetadata() {
    return EcsMetadata.provider(SystemEnvironment.ofThisMachine());
  }

  /**
   * Returns a provider like {@link #ecsMetadata()} for the address of an emulator.
   *
   * @param address {@code http} to this machine ({@code localhost}, {@code 127.x.x.x}, {@code
   *     [::1]}), such as {@code http://127.0.0.1:8080}, or {@code http://169.254.169.254}; no path,
   *     query or user info
   * @throws IllegalArgumentException for any other address
   */
  static CredentialsProvider ecsMetadata(URI address) {
    return EcsMetadata.provider(address.toString(), SystemEnvironment.ofThisMachine());
  }

  /**
   * Returns the builder of a provider that logs in to IAM with a user's password and returns the
   * token.
   *
   * @param iamEndpoint such as {@code https://iam.eu-de.otc.t-systems.com}, with or without {@code
   *     /v3}; {@code https}, unless it is on this machine; no user info, query or fragment
   * @throws IllegalArgumentException if it is refused; the message does not contain user info
   */
  static IamPasswordBuilder iamPassword(String iamEndpoint) {
    return new IamPasswordBuilder(requireNonNull(iamEndpoint, "iamEndpoint"));
  }

  /**
   * Returns a provider that tries others in order. The first that returns credentials is used from
   * then on, and its later failures are not hidden: otherwise a short failure would sign requests
   * with the credentials of another.
   *
   * <p>If none returns credentials, {@link #get()} throws a {@link
   * io.github.cloudjobs.error.JobsException} with the message of each, which ends a wait; the next
   * call tries all again. Of exceptions of other libraries the message contains only the class.
   *
   * @param providers at least one; none null
   */
  static CredentialsProvider chain(CredentialsProvider... providers) {
    return new ChainedCredentials(providers);
  }

  /**
   * Returns a new {@link #chain chain} of {@link #environment()}, {@link #credentialsFile()} and
   * {@link #ecsMetadata()}: the official SDK's order.
   */
  static CredentialsProvider defaultChain() {
    return ChainedCredentials.ofDefaults(SystemEnvironment.ofThisMachine());
  }
}
