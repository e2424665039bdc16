/** struct task_struct: states, thread flags, and where a task goes on when it is switched in.
 *
 *  Source: Linux include/linux/sched.h, arch/x86/include/asm/thread_info.h.
 *  Limit: fatal signals only (groupExit.ts). A task that sleeps keeps no kernel stack: what it does next is `mode`. */

/** By what a task that sleeps can be woken. */
export const WAKES = {
  /** TASK_NORMAL: what it waits for. */
  event: 1 << 0,
  /** TASK_WAKEKILL: a fatal signal. */
  kill: 1 << 1,
} as const;

export const TASK_STATE = {
  /** TASK_RUNNING: on a cpu or on a run queue. */
  running: 0,
  /** TASK_UNINTERRUPTIBLE: waits for an event. */
  sleeping: WAKES.event,
  /** TASK_KILLABLE: waits for an event, unless it is killed. */
  killable: WAKES.event | WAKES.kill,
  /** TASK_DEAD. */
  dead: 1 << 2,
  /** Declared at boot, not forked yet (TASK_NEW). */
  unborn: 1 << 3,
} as const;

/** TIF_NEED_RESCHED: call schedule() before going back to user mode. */
export const TIF_NEED_RESCHED = 1 << 0;
/** TIF_NEED_CORE_SYNC, proposed on the kernel list in November 2017 and never merged. */
export const TIF_NEED_CORE_SYNC = 1 << 1;
/** TIF_SIGPENDING: a fatal signal; the task ends instead of going back to user mode. */
export const TIF_SIGPENDING = 1 << 2;

export const TASK_MODE = {
  idle: 0,
  /** Runs its program inside the kernel. */
  kthread: 1,
  user: 2,
  /** In a system call that slept: switched in, it tries the call again. */
  syscall: 3,
  /** On the way out: switched in, it goes on in exit_to_user_mode(). */
  exiting: 4,
} as const;

export type TaskMode = (typeof TASK_MODE)[keyof typeof TASK_MODE];
