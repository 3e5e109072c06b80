/** Timers as a value, so that a test or the simulator decides when they run. */

export interface Scheduler {
  /** Runs `work` once after `delayMs`; returns what calls it off. */
  after(delayMs: number, work: () => void): () => void;
}

/** Timers of the process. They do not keep it alive: who ends it closes what runs on them. */
export const nodeScheduler: Scheduler = {
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
