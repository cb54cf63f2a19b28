package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.SignableRequest;
import io.github.cloudjobs.model.JobRef;
import okhttp3.HttpUrl;

/**
 * What a poll's request carries along for the interceptor that signs it.
 *
 * @param signable what the signature covers
 * @param endpoint of the service
 * @param began what the brake returned when the poll, or its wait, began
 */
record PollTag(SignableRequest signable, HttpUrl url, HttpUrl endpoint, JobRef job, int began) {}
