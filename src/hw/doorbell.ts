/** The doorbell: one word per cpu, the only thing user code polls.
 *
 *  Its low bits are pending interrupts. The high bits are not part of the simulated machine: they make user
 *  code return to the engine, because a promise was made (so that executions before and after it are counted
 *  apart) or because the run is over. */

/** Another cpu put a task on this cpu's run queue (`scheduler_ipi`). */
export const IRQ_RESCHEDULE = 1 << 0;
/** Another cpu wants a function called here (`generic_smp_call_function_interrupt`). */
export const IRQ_CALL_FUNCTION = 1 << 1;
/** The timer of this cpu; it has no handler of its own here. */
export const IRQ_TIMER = 1 << 2;
/** The part of the word that is interrupts. */
export const IRQ_MASK = 0xffff;

/** Not an interrupt: some promise word changed. */
export const NOTICE_PROMISE = 1 << 16;
/** Not an interrupt: leave, the run is over. */
export const NOTICE_STOP = 1 << 17;
