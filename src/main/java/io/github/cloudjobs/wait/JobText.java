package io.github.cloudjobs.wait;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.SubJob;
import io.github.cloudjobs.text.SafeText;

/** What a line says of a job, in words that are safe to print. Pure. */
final class JobText {
  private static final int LONGEST_TYPE = 60;
  private static final int LONGEST_STATUS = 30;

  private JobText() {}

  /** {@code createServer RUNNING 3/5 sub-jobs}, or {@code imsExportImage RUNNING 40 %}. */
  static String of(Job job) {
    return type(job) + " " + status(job) + extent(job);
  }

  static String type(Job job) {
    String said = job.jobType() == null ? "" : SafeText.printable(job.jobType(), LONGEST_TYPE);
    return said.isEmpty() ? "job" : said;
  }

  static String status(Job job) {
    String text = job.statusText();
    String said = text == null ? "" : SafeText.printable(text, LONGEST_STATUS);
    return said.isEmpty() ? "UNKNOWN" : said;
  }

  /** How far it is, with a blank before it; empty if nothing tells. */
  static String extent(Job job) {
    Double part = job.progress();
    if (job.subJobsTotal() > 0) {
      return " " + done(job) + "/" + job.subJobsTotal() + " sub-jobs";
    }
    return part == null ? "" : " " + Math.round(part * 100) + " %";
  }

  /** How many of its sub-jobs have ended, well or badly. */
  static int done(Job job) {
    int done = 0;
    for (SubJob subJob : job.subJobs()) {
      if (subJob.status().isFinished()) {
        done++;
      }
    }
    return done;
  }
}
