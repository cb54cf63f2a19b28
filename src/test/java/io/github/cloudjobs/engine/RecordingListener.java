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

/** Writes down what it hears, and throws from one call to another, if it is to throw. */
final class RecordingListener implements WaitListener {
  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  final List<WaitResult> ends = Collections.synchronizedList(new ArrayList<>());
  Throwable throwing;
  int from;
  int to = Integer.MAX_VALUE;

  private void calls(String what) {
    calls.add(what);
    if (throwing != null && calls.size() >= from && calls.size() <= to) {
      throw ScriptedPolls.<RuntimeException>sneaky(throwing);
    }
  }

  @Override
  public void onStatusChange(JobStatus before, WaitProgress progress) {
    calls(before + " to " + progress.job().status());
  }

  @Override
  public void onUnknownStatus(WaitProgress progress) {
    calls("unknown " + progress.job().statusText());
  }

  @Override
  public void onSubJobChange(JobStatus before, SubJob subJob, WaitProgress progress) {
    calls("sub-job " + subJob.jobId() + " " + before + " to " + subJob.status());
  }

  @Override
  public void onResources(Map<String, List<String>> ids, WaitProgress progress) {
    calls("new " + ids);
  }

  @Override
  public void onProgress(WaitProgress progress) {
    calls(progress.toString());
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    calls("borne " + failure.consecutive());
  }

  @Override
  public void onThrottled(PollFailure failure) {
    calls("throttled " + failure.consecutive());
  }

  @Override
  public void onEnd(WaitResult result) {
    ends.add(result);
    calls("end " + result.ending());
  }
}
