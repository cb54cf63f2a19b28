package app

import io.github.cloudjobs.JobsClient
import io.github.cloudjobs.JobsService
// kotlinx.coroutines has a Job too: give one of them another name.
import io.github.cloudjobs.model.Job as CloudJob
import io.github.cloudjobs.model.JobRef
import io.github.cloudjobs.testing.SimulatedJob
import io.github.cloudjobs.testing.SimulatedJobs
import io.github.cloudjobs.testing.SimulatedService
import io.github.cloudjobs.wait.JobFailedException
import io.github.cloudjobs.wait.PollSchedule
import io.github.cloudjobs.wait.WaitOptions
import java.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** Short pauses, since a minute of the simulation takes a second. */
private val options: WaitOptions =
    WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(20))).build()

/** Suspends until the job has succeeded; throws what `waitForCompletion` throws. */
suspend fun JobsClient.awaitJob(job: JobRef): CloudJob = waitForCompletionAsync(job, options).await()

fun main() = runBlocking {
  SimulatedJobs.builder().timeScale(60.0).start().use { cloud ->
    JobsClient.builder()
        .service(JobsService.ECS)
        .endpoint(cloud.endpoint())
        .credentials(cloud.credentials())
        .build()
        .use { ecs -> withTimeout(60_000) { waitForJobs(ecs, cloud) } }
  }
}

private suspend fun waitForJobs(ecs: JobsClient, cloud: SimulatedJobs) =
    coroutineScope {
      val jobs = List(3) { cloud.submit(SimulatedJob.createServer(2)) }
      val done: List<CloudJob> = jobs.map { async { ecs.awaitJob(it) } }.awaitAll()
      println("Created ${done.flatMap { it.ids("server_id") }}")
      check(done.flatMap { it.ids("server_id") }.size == 6)

      try {
        ecs.awaitJob(cloud.submit(SimulatedJob.createServerFailing(2)))
        error("the job fails")
      } catch (e: JobFailedException) {
        println(e.message)
      }

      val endless = List(2) { cloud.submit(endlessJob()) }
      val (first: Job, second: Job) = endless.map { launch { ecs.awaitJob(it) } }
      polled(cloud, endless[0], 3)
      first.cancelAndJoin() // ends the polls of this job, and a call in flight
      polled(cloud, endless[1], cloud.polls(endless[1]) + 2)
      val polls = cloud.polls(endless[0])
      polled(cloud, endless[1], cloud.polls(endless[1]) + 5)
      check(cloud.polls(endless[0]) == polls) { "a cancelled coroutine polls no more" }
      println("Cancelled after $polls polls")
      second.cancelAndJoin()
    }

private fun endlessJob(): SimulatedJob =
    SimulatedJob.builder(SimulatedService.ECS, "createServer").neverEnds().build()

private suspend fun polled(cloud: SimulatedJobs, job: JobRef, times: Int) {
  while (cloud.polls(job) < times) delay(5)
}
