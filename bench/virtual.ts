/** How fast the virtual engine is: context switches per second in one thread, and the price of an event as cpus are added.
 *
 *  Every cpu but the first runs a pair of threads that hand each other a byte; an event is a turn (a routine that runs to its end).
 *  Processor time of this thread, not wall clock: what else the machine does takes time, but is not counted.
 *  Limit: one cpu count after the other in turns, so that a slow moment of the host meets all of them. */
import { loadCostProfile } from '../src/engines/catalogue.js';
import { loadRunLoop } from '../src/engines/runLoop.js';
import { prepareSituation, type Situation } from '../src/engines/situation.js';
import { VirtualMachine } from '../src/engines/virtual/virtualMachine.js';
import { inCycles } from '../src/hw/costProfile.js';
import { COUNTER } from '../src/hw/counters.js';
import { assemble } from '../src/scenarios/assemble.js';
import { pipeEnd } from '../src/scenarios/sched-pipe-threads.js';
import type { Bench } from './harness/bench.js';
import { summaryText, targetText } from './harness/text.js';

const OPTIONS = {
  samples: { about: 'samples per number of cpus', default: 15, least: 3, most: 1000 },
  switches: {
    about: 'context switches per sample, about',
    default: 400_000,
    least: 10_000,
    most: 100_000_000,
  },
} as const;

const CPUS = [2, 8, 64, 256] as const;
const WARM_UP = 2;
const US_PER_S = 1e6;
const NS_PER_US = 1000;
const TARGET_SWITCHES = 2e6;

interface Sample {
  readonly switchesPerSecond: number;
  readonly nsPerEvent: number;
  readonly nsPerSwitch: number;
}

/** A pair on each cpu but the first, which idles. */
async function situation(cpus: number, rounds: number): Promise<Situation> {
  const base = await prepareSituation({ scenario: 'sched-pipe-threads', cpus });
  const tasks = (['begins', 'answers'] as const).map((turn) =>
    pipeEnd({ name: turn, process: 'pipe', on: 'peers', turn }),
  );
  const scenario = { ...base.scenario, tasks };
  const chosen = { registered: 0 };
  const parameters = { ...scenario.defaults, cpus, rounds, without: [], chosen };
  const spec = assemble(scenario, parameters, base.profile, base.spec.config, base.protocol, base.images);
  return { ...base, scenario, spec };
}

async function sample(cpus: number, switches: number): Promise<Sample> {
  const { spec, policy, images } = await situation(cpus, Math.ceil(switches / (cpus - 1) / 2));
  const machine = new VirtualMachine({
    spec,
    policy,
    images: images.map((image) => image.bytes),
    runLoop: await loadRunLoop(),
    costs: inCycles(await loadCostProfile('generic-x86-64')),
    seed: 1,
    granularity: 'turn',
  });
  const begun = process.cpuUsage();
  const halt = machine.run(Number.MAX_SAFE_INTEGER);
  const { user, system } = process.cpuUsage(begun);
  if (halt !== 'finished') throw new Error(`the run ended with ${halt}`);
  const us = user + system;
  let made = 0;
  for (let cpu = 0; cpu < cpus; cpu++) {
    made += machine.words[machine.layout.kernel.hw.counter(cpu, COUNTER.contextSwitches)]!;
  }
  return {
    switchesPerSecond: (made / us) * US_PER_S,
    nsPerEvent: (us / machine.steps) * NS_PER_US,
    nsPerSwitch: (us / made) * NS_PER_US,
  };
}

export const bench: Bench<keyof typeof OPTIONS> = {
  title:
    'the virtual engine: context switches per second in one thread, and the price of an event from 2 to 256 cpus',
  options: OPTIONS,
  async run({ samples, switches }) {
    const taken = new Map<number, Sample[]>(CPUS.map((cpus) => [cpus, []]));
    for (let round = -WARM_UP; round < samples; round++) {
      for (const cpus of CPUS) {
        const one = await sample(cpus, switches);
        if (round >= 0) taken.get(cpus)!.push(one);
      }
    }
    const lines: string[] = [];
    const series = [];
    for (const [cpus, all] of taken) {
      const perSecond = all.map((one) => one.switchesPerSecond / 1e6);
      const perEvent = all.map((one) => one.nsPerEvent);
      lines.push(
        `${cpus} cpus: million switches/s ${summaryText(perSecond, 3, '')}`,
        `${' '.repeat(String(cpus).length)}       ns per event ${summaryText(perEvent, 1, '')}`,
      );
      series.push(
        { id: `switches/cpus=${cpus}`, unit: 'million/s', samples: perSecond },
        { id: `event/cpus=${cpus}`, unit: 'ns', samples: perEvent },
      );
    }
    const perSecond = taken.get(2)!.map((one) => one.switchesPerSecond);
    const ratio = taken.get(256)!.map((one, index) => one.nsPerEvent / taken.get(2)![index]!.nsPerEvent);
    lines.push(
      `switches per second: ${targetText(perSecond, { at: 'least', value: TARGET_SWITCHES })}`,
      `an event at 256 cpus over one at 2: ${summaryText(ratio, 2, '')}`,
    );
    return { lines, series };
  },
};
