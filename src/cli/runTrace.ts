/** `coresync run --trace FILE`: what happened in the run, for a trace viewer. */
import { LabError } from '../base/errors.js';
import { ENGINES, type Engine } from '../engines/engines.js';
import { chromeTrace } from '../report/chromeTrace.js';
import type { RunDocument } from '../report/runSchema.js';
import { Timeline } from '../trace/timeline.js';
import { checkWritable, writeOutput } from './outputFile.js';

export interface RunTrace {
  readonly file: string;
  readonly clock: string;
  readonly timeline: Timeline;
}

/** A trace viewer takes as much without effort. */
const MOST_ITEMS = 100_000;

/** @throws {LabError} E_TRACE where the engine has no time to show, E_FILE where nothing can be written. */
export function prepareTrace(file: string, engine: Engine): RunTrace {
  const { traceClock } = engine;
  if (traceClock === undefined) {
    const others = ENGINES.filter((other) => other.traceClock !== undefined).map(({ name }) => name);
    throw new LabError(
      'E_TRACE',
      `engine '${engine.name}' writes no trace: its events have an order, but no time`,
      `Use --engine ${others.join(' or ')}.`,
    );
  }
  checkWritable(file);
  return { file, clock: traceClock, timeline: new Timeline(MOST_ITEMS) };
}

/** @returns what the document says about it. */
export function writeTrace({ file, clock, timeline }: RunTrace, run: RunDocument): RunDocument['trace'] {
  const { scenario, engine, arch, policy, protocol, kernel, cpus, rounds, seed, without, verdict, env } = run;
  const text = chromeTrace(timeline, {
    title: `${scenario}, ${arch}, policy ${policy}`,
    cpus,
    clock,
    about: {
      coresync: env.coresync,
      ...{ scenario, engine, arch, policy, protocol, kernel, cpus, rounds, seed },
      ...(without.length > 0 && { without: without.join(' ') }),
      verdict,
    },
  });
  writeOutput(file, text);
  const { slices, marks, arrows, leftOut } = timeline;
  return { file, slices: slices.length, marks: marks.length, arrows: arrows.length, leftOut };
}
