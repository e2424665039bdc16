/** A replayed schedule as a trace: a slice per step, in the task that the cpu runs; the time is the number of the step.
 *
 *  Limit: steps take equally long; how long what they do takes is not known here. */
import type { WitnessStep } from '../explore/witness.js';
import { type Details, type Slice, Timeline } from '../trace/timeline.js';
import { chromeTrace } from './chromeTrace.js';
import type { ReplayDocument } from './replayText.js';

/** Units of the timeline, which a trace shows as nanoseconds: so that there is something to see. */
const STEP = 1000;

/** A step is a slice; it may begin a task, send what arrives by an arrow, and be what went wrong. */
const MOST_OF_A_STEP = 4;

export function replayTrace(document: ReplayDocument, cpus: number, steps: readonly WitnessStep[]): string {
  const { scenario, arch, policy, schedule, violation } = document;
  return chromeTrace(timelineOf(steps), {
    title: `${scenario}, ${arch}, policy ${policy}`,
    cpus,
    clock: 'a schedule: 1 us is 1 step',
    about: { scenario, arch, policy, schedule, violation: violation ?? 'none' },
  });
}

function timelineOf(steps: readonly WitnessStep[]): Timeline {
  const timeline = new Timeline(MOST_OF_A_STEP * steps.length + 1);
  /* By cpu that they go to: all of them arrive together. */
  const sent = new Map<number, Slice[]>();
  steps.forEach((step, index) => {
    const { cpu, task, what, violation } = step;
    const at = index * STEP;
    if (timeline.open(cpu, 0)?.name !== task) {
      timeline.end(cpu, 0, at);
      timeline.begin(cpu, at, { category: 'task', name: task });
    }
    const label = { category: 'step', name: what, details: detailsOf(step, index) };
    const slice = timeline.add(cpu, at, at + STEP, label);
    if (step.interrupts !== undefined) {
      sent.set(step.interrupts, [...(sent.get(step.interrupts) ?? []), slice]);
    }
    if (step.isArrival) {
      for (const origin of sent.get(cpu) ?? []) timeline.arrow('IPI', origin, slice);
      sent.delete(cpu);
    }
    if (violation) timeline.markFinding(cpu, at, { category: 'finding', name: violation.kind.toUpperCase() });
  });
  timeline.finish(steps.length * STEP);
  return timeline;
}

/** The versions of the site at the stations after a step; those that are there. */
function detailsOf({ stations, promised }: WitnessStep, index: number): Details {
  const versions = {
    memory: stations.memory,
    pou: stations.pou,
    ...Object.fromEntries(stations.decoded.map((version, cpu) => [`decoded by cpu ${cpu}`, version])),
  };
  const known = Object.entries(versions).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return { step: index + 1, promised, ...Object.fromEntries(known) };
}
