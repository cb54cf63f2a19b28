package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.SignableRequest;

/**
 * What a poll's request carries along for the interceptor that signs it.
 *
 * @param signable what the signature covers
 * @param began what the brake said when the poll, or its wait, began
 */
record PollTag(SignableRequest signable, int began) {}
