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
  final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  final List<WaitResult> ends = Collections.synchronizedList(new ArrayList<>());
  Throwable throwing;
  int from;
  int to = Integer.MAX_VALUE;

  private void heard(String what) {
    heard.add(what);
    if (throwing != null && heard.size() >= from && heard.size() <= to) {
      throw ScriptedPolls.<RuntimeException>sneaky(throwing);
    }
  }

  @Override
  public void onStatusChange(JobStatus before, WaitProgress progress) {
    heard(before + " to " + progress.job().status());
  }

  @Override
  public void onUnknownStatus(WaitProgress progress) {
    heard("unknown " + progress.job().statusText());
  }

  @Override
  public void onSubJobChange(JobStatus before, SubJob subJob, WaitProgress progress) {
    heard("sub-job " + subJob.jobId() + " " + before + " to " + subJob.status());
  }

  @Override
  public void onResources(Map<String, List<String>> ids, WaitProgress progress) {
    heard("new " + ids);
  }

  @Override
  public void onProgress(WaitProgress progress) {
    heard(progress.toString());
  }

  @Override
  public void onPollFailed(PollFailure failure) {
    heard("borne " + failure.consecutive());
  }

  @Override
  public void onThrottled(PollFailure failure) {
    heard("throttled " + failure.consecutive());
  }

  @Override
  public void onEnd(WaitResult result) {
    ends.add(result);
    heard("end " + result.ending());
  }
}
