package io.github.cloudjobs.http;

import io.github.cloudjobs.model.JobRef;
import okhttp3.HttpUrl;

/**
 * What a poll's request carries along for the interceptor that signs it.
 *
 * @param endpoint of the service
 * @param began what the brake returned when the poll, or its wait, began
 */
record PollTag(HttpUrl url, HttpUrl endpoint, JobRef job, int began) {}
