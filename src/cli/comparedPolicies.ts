/** The policies that a bench compares where none is named, and that the gate watches. */

/** What is compared where no policy is named: the answers to one question, from doing it at once to interrupting all. */
export const COMPARED_POLICIES: readonly string[] = [
  'always',
  'registered',
  'deferred-task-registered',
  'deferred-cpu',
  'force-iret',
  'every-exit',
  'ipi-mm-cpumask',
  'ipi-all',
];
