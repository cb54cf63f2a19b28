package io.github.cloudjobs.engine;

import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.step.PollAnswer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets polls through: as many at once as a family of clients may have in flight, and from each
 * {@link Lane} as many per second as its quota seems to allow. Polls wait here, none is dropped.
 * Thread-safe; what it launches, it launches without its lock.
 */
final class PollGate {
  private final Engine engine;
  private final WaitTimer timer;
  private final PollLimits limits;
  private final Map<Object, Lane> lanes = new ConcurrentHashMap<>();

  // Guarded by this.
  private final ArrayDeque<Urgent> urgent = new ArrayDeque<>();
  private final ArrayDeque<DirectPoll<?>> direct = new ArrayDeque<>();
  private final ArrayDeque<Lane> open = new ArrayDeque<>(); // whose next poll may be sent now
  private int free;
  private boolean lastWasDirect;

  /** A poll that waits for nothing but a free place, and is charged to its lane. */
  private record Urgent(Launch launch, Lane lane) {}

  /** A poll whose turn has come. */
  private record Turn(Launch launch, boolean delayed) {}

  PollGate(Engine engine, WaitTimer timer, PollLimits limits) {
    this.engine = engine;
    this.timer = timer;
    this.limits = limits;
    this.free = limits.inFlight();
  }

  /**
   * The lane of the polls that count against one quota.
   *
   * @param quota equal for those
   */
  Lane lane(Object quota) {
    return lanes.computeIfAbsent(
        quota,
        absent -> {
          long now = timer.nanoTime();
          return new Lane(engine, quota, new AdaptiveRate(limits, now), now);
        });
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
  void landed(Lane lane, @Nullable PollAnswer answer, boolean delayed) {
    synchronized (this) {
      free++;
      if (answer != null && answer.error() instanceof ThrottledException refusal) {
        lane.refused(refusal, answer.retryAfter(), timer.nanoTime());
        review(lane);
      } else if (answer != null && delayed && !(answer.error() instanceof JobsTransportException)) {
        lane.passed();
      }
    }
    pump();
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
        first.lane().chargeUrgent(timer.nanoTime());
        return new Turn(first.launch(), false);
      }
    }
    return null;
  }

  private @Nullable Turn takeDirect() {
    for (DirectPoll<?> first = direct.poll(); first != null; first = direct.poll()) {
      if (first.isWanted()) {
        return new Turn(first, false);
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
        boolean delayed = lane.charge(now);
        review(lane);
        return new Turn(next, delayed);
      }
      review(lane);
    }
    return null;
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
