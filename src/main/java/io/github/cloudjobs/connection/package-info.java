/**
 * How a connection is made, for polls and for logging in to IAM alike: through which {@link
 * io.github.cloudjobs.connection.HttpProxy}, and trusting which {@link
 * io.github.cloudjobs.connection.TrustedCertificates}. {@link
 * io.github.cloudjobs.connection.ConnectionSettings} puts both on an OkHttp client, {@link
 * io.github.cloudjobs.connection.ProxyLogin} authenticates to the proxy, and {@link
 * io.github.cloudjobs.connection.StatusGuard} keeps OkHttp from sending a request again by itself.
 * Hidden; knows nothing of jobs and of credentials.
 */
@NullMarked
package io.github.cloudjobs.connection;

import org.jspecify.annotations.NullMarked;
