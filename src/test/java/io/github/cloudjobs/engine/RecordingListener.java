package io.github.cloudjobs.engine;

import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitProgress;
import io.github.cloudjobs.wait.WaitResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** Records the calls of a wait's listener, and runs something in each of them. */
final class RecordingListener implements WaitListener {
  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  final List<WaitProgress> progress = Collections.synchronizedList(new ArrayList<>());
  final List<PollFailure> failures = new ArrayList<>();
  final List<WaitResult> ends = Collections.synchronizedList(new ArrayList<>());
  private final IntConsumer during;

  RecordingListener() {
    this(n -> {});
  }

  /** Creates one that calls this with the number of each call, from 1. */
  RecordingListener(IntConsumer during) {
    this.during = during;
  }

  /** Throws at some of the calls. */
  static RecordingListener throwing(Throwable thrown, int from, int to) {
    return new RecordingListener(
        n -> {
          if (n >= from && n <= to) {
            throw ScriptedPolls.<RuntimeException>sneaky(thrown);
          }
        });
  }

  private void record(String call) {
    calls.add(call);
    during.accept(calls.size());
  }

  @Override
  public void onStatusChange(JobStatus before, WaitProgress progress) {
    record(before + " to " + progress.job().status());
  }

  @Override
  public void onUnknownStatus(WaitProgress progress) {
    record("unknown " + progress.job().statusText());
  }

  @Override
  public void onSubJobChange(JobStatus before, SubJob subJob, WaitProgress progress) {
    record("sub-job " + subJob.jobId() + " " + before + " to " + subJob.status());
  }

  @Override
  public void onResources(Map<String, List<String>> ids, WaitProgress progress) {
    record("new " + ids);
  }

  @Override
  public void onProgress(WaitProgress each) {
    progress.add(each);
    record(each.toString());
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    failures.add(failure);
    record("failed " + failure.consecutive());
  }

  @Override
  public void onThrottled(PollFailure failure) {
    failures.add(failure);
    record("throttled " + failure.consecutive());
  }

  @Override
  public void onEnd(WaitResult result) {
    ends.add(result);
    record("end " + result.ending());
  }
}
