/**
 * How connections are made, for polls and for logins to IAM. {@link
 * io.github.cloudjobs.connection.ConnectionSettings} applies a proxy and {@code
 * TrustedCertificates} to an OkHttp client, {@link io.github.cloudjobs.connection.ProxyLogin}
 * authenticates to the proxy, and {@link io.github.cloudjobs.connection.NoImplicitRetryInterceptor}
 * prevents OkHttp from sending a request again by itself. {@link
 * io.github.cloudjobs.connection.ServiceUrl} checks addresses, {@link
 * io.github.cloudjobs.connection.ResponseTimes} reads the times in headers. Not exported; knows
 * neither jobs nor credentials.
 */
@NullMarked
package io.github.cloudjobs.connection;

import org.jspecify.annotations.NullMarked;
