/** How fast the virtual engine is: context switches per second in one thread, and the price of an event as cpus are added.
 *
 *  Every cpu but the first runs a pair of threads that hand each other a byte; an event is a turn (a routine that runs to its end).
 *  These cpus have nothing to do with each other, so they may go ahead of each other (lookahead.ts); how many events did is
 *  printed. In the second situation, a server with a JIT, none can: there, user code executes, and is most of the price.
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
import type { Bench, Series } from './harness/bench.js';
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
/** An event of the server, which executes user code, takes so many times as long, or more. */
const SERVER_SHARE = 5;
const WARM_UP = 2;
const US_PER_S = 1e6;
const NS_PER_US = 1000;
const TARGET_SWITCHES = 2e6;

interface Sample {
  readonly switchesPerSecond: number;
  readonly nsPerEvent: number;
  /** Of all events, those made without regard to other cpus. */
  readonly ahead: number;
}

/** What runs on so many cpus; `switches` is about how many context switches it makes. */
type Situations = (cpus: number, switches: number) => Promise<Situation>;

/** A pair on each cpu but the first, which idles. */
async function pairs(cpus: number, switches: number): Promise<Situation> {
  const base = await prepareSituation({ scenario: 'sched-pipe-threads', cpus });
  const tasks = (['begins', 'answers'] as const).map((turn) =>
    pipeEnd({ name: turn, process: 'pipe', on: 'peers', turn }),
  );
  const scenario = { ...base.scenario, tasks };
  const rounds = Math.ceil(switches / (cpus - 1) / 2);
  const parameters = { ...scenario.defaults, cpus, rounds, without: [], chosen: { registered: 0 } };
  const spec = assemble(scenario, parameters, base.profile, base.spec.config, base.protocol, base.images);
  return { ...base, scenario, spec };
}

/** A round of a cpu makes some forty switches. */
function server(cpus: number, switches: number): Promise<Situation> {
  return prepareSituation({ scenario: 'mixed-server', cpus, rounds: Math.ceil(switches / (cpus - 1) / 40) });
}

async function sample(of: Situations, cpus: number, switches: number): Promise<Sample> {
  const { spec, policy, images } = await of(cpus, switches);
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
    ahead: machine.stepsAhead / machine.steps,
  };
}

interface Measured {
  readonly lines: readonly string[];
  readonly series: readonly Series[];
  readonly ofFewest: readonly Sample[];
}

async function measure(name: string, of: Situations, samples: number, switches: number): Promise<Measured> {
  const taken = new Map<number, Sample[]>(CPUS.map((cpus) => [cpus, []]));
  for (let round = -WARM_UP; round < samples; round++) {
    for (const cpus of CPUS) {
      const one = await sample(of, cpus, switches);
      if (round >= 0) taken.get(cpus)!.push(one);
    }
  }
  const lines: string[] = [];
  const series: Series[] = [];
  for (const [cpus, all] of taken) {
    const perSecond = all.map((one) => one.switchesPerSecond / 1e6);
    const perEvent = all.map((one) => one.nsPerEvent);
    lines.push(
      `${name}, ${cpus} cpus: million switches/s ${summaryText(perSecond, 3, '')}`,
      `  ns per event ${summaryText(perEvent, 1, '')}; ${(100 * all[0]!.ahead).toFixed(1)} % of them ahead`,
    );
    series.push(
      { id: `${name}/switches/cpus=${cpus}`, unit: 'million/s', samples: perSecond },
      { id: `${name}/event/cpus=${cpus}`, unit: 'ns', samples: perEvent },
    );
  }
  const fewest = taken.get(CPUS[0])!;
  const most = taken.get(CPUS[CPUS.length - 1]!)!;
  const ratio = most.map((one, index) => one.nsPerEvent / fewest[index]!.nsPerEvent);
  lines.push(`${name}, an event at 256 cpus over one at 2: ${summaryText(ratio, 2, '')}`);
  return { lines, series, ofFewest: fewest };
}

export const bench: Bench<keyof typeof OPTIONS> = {
  title:
    'the virtual engine: context switches per second in one thread, and the price of an event from 2 to 256 cpus',
  options: OPTIONS,
  async run({ samples, switches }) {
    const pipes = await measure('pairs', pairs, samples, switches);
    const mixed = await measure('server', server, samples, switches / SERVER_SHARE);
    const perSecond = pipes.ofFewest.map((one) => one.switchesPerSecond);
    return {
      lines: [
        ...pipes.lines,
        `switches per second: ${targetText(perSecond, { at: 'least', value: TARGET_SWITCHES })}`,
        ...mixed.lines,
      ],
      series: [...pipes.series, ...mixed.series],
    };
  },
};
