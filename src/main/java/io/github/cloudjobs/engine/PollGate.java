package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.step.PollResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Lets polls through: as many at once as a family of clients may have in flight, and from each
 * {@link Lane} as many per second as its quota seems to allow. Polls wait here, none is dropped.
 * Thread-safe; what it launches, it launches without its lock.
 */
final class PollGate {
  /** How many lanes are kept that nobody uses: a rate that was learned may be of use again. */
  private static final int MOST_IDLE = 1_000;

  private final Engine engine;
  private final WaitTimer timer;
  private final PollLimits limits;

  // Guarded by this.
  private final Map<Object, Lane> lanes = new HashMap<>();
  private final Set<Lane> idle = new LinkedHashSet<>(); // of those; the longest idle first
  private final ArrayDeque<Urgent> urgent = new ArrayDeque<>();
  private final ArrayDeque<DirectPoll<?>> direct = new ArrayDeque<>();
  private final ArrayDeque<Lane> open = new ArrayDeque<>(); // whose next poll may be sent now
  private int free;
  private boolean lastWasDirect;

  /** A poll that waits for nothing but a free place, and is charged to its lane. */
  private record Urgent(Launch launch, Lane lane) {}

  /** A poll whose turn has come; without a lane if it is no wait's. */
  private record Turn(Launch launch, @Nullable Lane lane, boolean delayed) {}

  PollGate(Engine engine, WaitTimer timer, PollLimits limits) {
    this.engine = engine;
    this.timer = timer;
    this.limits = limits;
    this.free = limits.inFlight();
  }

  /**
   * The lane of the polls that count against one quota, for a user that will {@link #leave} it.
   *
   * @param quota equal for those
   */
  synchronized Lane enter(Object quota) {
    Lane lane =
        lanes.computeIfAbsent(
            quota,
            absent -> {
              long now = timer.nanoTime();
              return new Lane(engine, quota, new AdaptiveRate(limits, now), now);
            });
    use(lane);
    return lane;
  }

  private void use(Lane lane) {
    if (lane.users++ == 0) {
      idle.remove(lane);
    }
  }

  /** A stream of polls that used the lane, or a poll in flight, has ended. */
  synchronized void leave(Lane lane) {
    if (--lane.users == 0) {
      idle.add(lane);
      removeIdle();
    }
  }

  /** Looks at two lanes only, however many were refused recently: that still shrinks the rest. */
  private void removeIdle() {
    long now = timer.nanoTime();
    for (int looks = 0; looks < 2 && idle.size() > MOST_IDLE; looks++) {
      Lane eldest = idle.iterator().next();
      idle.remove(eldest);
      if (eldest.wasRefusedRecently(now)) {
        idle.add(eldest);
      } else {
        lanes.remove(eldest.quota());
      }
    }
  }

  /** A poll waits for its turn: behind the others, or before them if it was refused. */
  void submit(Lane lane, Launch poll, boolean again) {
    synchronized (this) {
      lane.add(poll, again);
      review(lane);
    }
    pump();
  }

  /** A poll waits for a free place, ahead of all others, whatever the rate. */
  void submitUrgent(Lane lane, Launch poll) {
    synchronized (this) {
      urgent.add(new Urgent(poll, lane));
    }
    pump();
  }

  /** A poll that is no wait's waits for a free place, whatever the rate. */
  void submitDirect(DirectPoll<?> poll) {
    synchronized (this) {
      direct.add(poll);
    }
    pump();
  }

  /** A lane's time has come. */
  void ring(Lane lane) {
    synchronized (this) {
      review(lane);
    }
    pump();
  }

  /** A direct poll is over. */
  void landed() {
    synchronized (this) {
      free++;
    }
    pump();
  }

  /**
   * A poll is over.
   *
   * @param answer what it brought; null if it could not even be sent
   * @param delayed as {@link Launch#launch} was told
   */
  void landed(Lane lane, @Nullable PollResult answer, boolean delayed) {
    JobsException error = answer == null ? null : answer.error();
    double perSecond;
    synchronized (this) {
      free++;
      if (answer != null && error instanceof ThrottledException) {
        lane.refused(answer.retryAfter(), timer.nanoTime());
        review(lane);
      } else if (answer != null && delayed && !(error instanceof JobsTransportException)) {
        lane.passed();
      }
      perSecond = lane.perSecond();
      leave(lane);
    }
    if (answer != null && error instanceof ThrottledException refusal) {
      record(lane, refusal, answer.retryAfter(), perSecond);
    }
    pump();
  }

  /**
   * Not called under a lock: the event's class takes a tenth of a second to load, and the JVM's own
   * locks. Without a flight recorder it is not loaded at all.
   */
  private static void record(
      Lane lane, ThrottledException refusal, @Nullable Duration retryAfter, double perSecond) {
    try {
      if (FlightRecorder.isInitialized()) {
        ThrottleEvent.record(lane.quota(), refusal, retryAfter, perSecond);
      }
    } catch (Throwable t) {
      Narrator.complain("a refused poll could not be recorded", t);
    }
  }

  /** Puts a lane among the open ones, or has it rung when its next poll may be sent. */
  private void review(Lane lane) {
    if (lane.isOpen || !lane.isWanted()) {
      return;
    }
    if (lane.mayPoll(timer.nanoTime())) {
      lane.isOpen = true;
      open.add(lane);
    } else {
      timer.arm(lane, lane.hold());
    }
  }

  private void pump() {
    for (Turn turn = take(); turn != null; turn = take()) {
      if (!turn.launch().launch(turn.delayed())) {
        synchronized (this) {
          free++;
          if (turn.lane() != null) {
            leave(turn.lane());
          }
        }
      }
    }
  }

  private synchronized @Nullable Turn take() {
    if (free == 0) {
      return null;
    }
    Turn turn = takeUrgent();
    if (turn == null) {
      turn = takeInTurn();
    }
    if (turn != null) {
      free--;
    }
    return turn;
  }

  /** A direct poll and a wait's by turns, so that neither keeps the others from the places. */
  private @Nullable Turn takeInTurn() {
    lastWasDirect = !lastWasDirect;
    Turn turn = lastWasDirect ? takeDirect() : takeFromLane();
    if (turn == null) {
      lastWasDirect = !lastWasDirect;
      turn = lastWasDirect ? takeDirect() : takeFromLane();
    }
    return turn;
  }

  private @Nullable Turn takeUrgent() {
    for (Urgent first = urgent.poll(); first != null; first = urgent.poll()) {
      if (first.launch().isWanted()) {
        use(first.lane());
        first.lane().chargeUrgent(timer.nanoTime());
        return new Turn(first.launch(), first.lane(), false);
      }
    }
    return null;
  }

  private @Nullable Turn takeDirect() {
    for (DirectPoll<?> first = direct.poll(); first != null; first = direct.poll()) {
      if (first.isWanted()) {
        return new Turn(first, null, false);
      }
    }
    return null;
  }

  /** One from each open lane in turn. */
  private @Nullable Turn takeFromLane() {
    for (Lane lane = open.poll(); lane != null; lane = open.poll()) {
      lane.isOpen = false;
      long now = timer.nanoTime();
      Launch next = lane.mayPoll(now) ? lane.take() : null;
      if (next != null) {
        use(lane);
        boolean delayed = lane.charge(now);
        review(lane);
        return new Turn(next, lane, delayed);
      }
      review(lane);
    }
    return null;
  }

  /** How many lanes there are. */
  synchronized int lanes() {
    return lanes.size();
  }

  /** How many polls may be sent now before one of those in flight is over. */
  synchronized int free() {
    return free;
  }

  /** How many polls wait here, those included that nobody wants any more. */
  synchronized int queued() {
    return urgent.size() + direct.size() + lanes.values().stream().mapToInt(Lane::size).sum();
  }

  /** Cancels the direct polls that still wait; those of waits end with their waits. */
  void close() {
    List<DirectPoll<?>> queued;
    synchronized (this) {
      queued = List.copyOf(direct);
      direct.clear();
    }
    queued.forEach(DirectPoll::close);
  }
}
