/**
 * How connections are made, for polls and for logins to IAM. {@code Endpoint} checks addresses,
 * {@code ConnectionSettings} applies a proxy and {@code TrustedCertificates} to an OkHttp client,
 * {@code ProxyLogin} authenticates to the proxy, {@code NoImplicitRetryInterceptor} prevents OkHttp
 * from sending a request again by itself, and {@code ResponseTimes} reads the times in headers. No
 * class here uses jobs or credentials. Not exported.
 */
package io.github.cloudjobs.connection;
