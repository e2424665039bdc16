/** Where the shared words of a run are that its threads and its watchdog look at. */
import { LayoutBuilder, shape, type Table } from '../../base/layout.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';

const RUN = shape('run', [
  /* Why the run is over (stop.ts); the first value written stays. */
  'stop',
  /* Tasks that have a thread. */
  'started',
  /* 1 from when a task has called abort(3). */
  'aborted',
]);

/** Written by the task's own thread. */
const TASK = shape('task', ['cpu', 'pc', 'round', 'progress', 'hasExited']);

const SITE = shape('site', [
  /* The newest version whose bytes were, or are being, stored. */
  'issued',
  /* What everybody is supposed to execute from now on; also read by machine code. */
  'promised',
]);

/** A word on a line of its own. */
const WORD = shape('word', ['value']);

export interface TaskWords {
  readonly run: Table<(typeof RUN)['fields'][number]>;
  readonly task: Table<(typeof TASK)['fields'][number]>;
  readonly site: Table<(typeof SITE)['fields'][number]>;
  /** Of the scenario. */
  readonly variable: Table<'value'>;
  /** Signals since the start. */
  readonly event: Table<'value'>;
  readonly byteLength: number;
}

/** The same in every thread. */
export function declareWords({ tasks, units, variables, events }: MachineSpec): TaskWords {
  const builder = new LayoutBuilder();
  const words = {
    run: builder.perCpuTable(RUN, 1),
    task: builder.perCpuTable(TASK, tasks.length),
    site: builder.perCpuTable(SITE, units.length),
    variable: builder.perCpuTable(WORD, variables.length),
    event: builder.perCpuTable(WORD, events),
  };
  return { ...words, byteLength: builder.byteLength };
}

/** Ends the run; whoever waits looks again. */
export function stopTasks(words: Int32Array, { run, variable, event }: TaskWords, why: number): void {
  Atomics.compareExchange(words, run.stop(0), 0, why);
  for (const table of [variable, event]) {
    for (let i = 0; i < table.$count; i++) Atomics.notify(words, table.value(i));
  }
}
