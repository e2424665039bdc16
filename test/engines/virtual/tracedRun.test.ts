import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scenarioNames } from '../../../src/engines/catalogue.js';
import type { RunResult } from '../../../src/engines/runResult.js';
import { prepareSituation, type SituationRequest } from '../../../src/engines/situation.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../../src/engines/virtual/run.js';
import { packageFile } from '../../../src/jit/packageFile.js';
import { chromeTrace } from '../../../src/report/chromeTrace.js';
import { type Mark, type Slice, Timeline } from '../../../src/trace/timeline.js';
import { lintTrace } from '../../report/traceLint.js';

const MORE_THAN_ENOUGH = 1_000_000;
/* What a longer run shows has been shown by then. */
const STEPS = 3_000;

/** Runs a situation without a trace, and with one: the same happens. */
async function traced(
  request: SituationRequest,
): Promise<{ readonly timeline: Timeline; readonly result: RunResult; readonly cpus: number }> {
  const situation = await prepareSituation(request);
  const options = { ...DEFAULT_VIRTUAL_OPTIONS, maxSteps: STEPS };
  const timeline = new Timeline(MORE_THAN_ENOUGH);
  const result = await runVirtual(situation, { ...options, timeline });
  expect(result).toEqual(await runVirtual(situation, options));
  expect(timeline.leftOut).toBe(0);
  return { timeline, result, cpus: situation.spec.cpus };
}

/** What the trace shows, by the names under which the run counted it. */
function shown({ slices, marks }: Timeline): object {
  const of = (category: string, name = ''): Slice[] =>
    slices.filter((slice) => slice.category === category && slice.name.startsWith(name));
  const marked = (category: string, name: string): Mark[] =>
    marks.filter((mark) => mark.category === category && mark.name.startsWith(name));
  const sum = (items: readonly (Slice | Mark)[], detail: string): number =>
    items.reduce((total, { details }) => total + ((details[detail] as number | undefined) ?? 0), 0);
  const executions = [...slices, ...marks].filter(({ category }) => category === 'execution');
  const serializations: Record<string, number> = {};
  for (const { details } of slices.filter((slice) => slice.details.serializes)) {
    serializations[details.point as string] = (serializations[details.point as string] ?? 0) + 1;
  }
  return {
    counters: {
      calls: sum(executions, 'calls'),
      contextSwitches: of('context switch').length,
      lazyReturns: of('context switch').filter(({ details }) => details.lazyReturn).length,
      syncCore: of('serialization', 'sync_core').length,
      crWrites: slices.filter(({ name }) => name.startsWith('load address space')).length,
      ipiSent: of('IPI').length,
      interrupts: of('interrupt', 'interrupt').length,
      syscallReturns: slices.filter(({ name }) => name === 'system call return').length,
      interruptReturns: slices.filter(({ name }) => name === 'interrupt return').length,
      syncCoreDeferred: marked('serialization', 'serialization deferred').length,
      syncCoreHonoured: marked('serialization', 'deferred serialization is due').length,
      decodes: sum(executions, 'decodes'),
    },
    serializations,
    publications: marked('jit', 'promise').length,
    stale: sum(marked('finding', 'STALE'), 'calls'),
    torn: sum(marked('finding', 'TORN'), 'calls'),
    unserialized: sum(marked('finding', 'P-SYNC'), 'calls'),
    faults: marked('finding', 'FAULT').length,
  };
}

function counted({ counters, tally }: RunResult): object {
  const { syscalls, patches, lineCleans, lineInvalidates, ...shownCounters } = counters;
  const { serializations, publications, stale, torn, unserialized, faults } = tally;
  return {
    counters: shownCounters,
    ...{ serializations, publications, stale, torn, unserialized, faults: faults.length },
  };
}

function lintOf(timeline: Timeline, cpus: number): string[] {
  return lintTrace(chromeTrace(timeline, { title: 'a run', cpus, clock: 'cycles', about: {} }));
}

/** Cycles of the lane of a cpu that no slice at this depth covers. */
function gaps(timeline: Timeline, cpu: number): number {
  const outermost = timeline.slices.filter((slice) => slice.cpu === cpu && slice.depth === 0);
  const covered = outermost.reduce((sum, { from, until }) => sum + until - from, 0);
  return outermost.at(-1)!.until - outermost[0]!.from - covered;
}

const BY_POLICY = ['none', 'deferred-cpu', 'force-iret', 'every-exit'].map((policy) => ({
  scenario: 'kthread-return',
  policy,
}));

const CASES: readonly SituationRequest[] = [
  ...[...scenarioNames().map((scenario) => ({ scenario })), ...BY_POLICY],
  { scenario: 'interrupt-reschedules', policy: 'mainline', kernel: '5.4' },
  { scenario: 'torn-patch', placement: 'across-line' },
  { scenario: 'missing-icache-flush', arch: 'arm64-a11' },
  { scenario: fileURLToPath(packageFile('wasm/tiered-kernel.wat')) },
];

describe('a run with a trace', () => {
  it.each(CASES)('shows what was counted: $scenario $policy $arch', async (request) => {
    const { timeline, result, cpus } = await traced({ ...request, rounds: 3 });
    expect(result.judged.verdict).not.toBe('unsupported');
    expect(shown(timeline)).toEqual(counted(result));
    for (let cpu = 0; cpu < cpus; cpu++) expect(gaps(timeline, cpu)).toBe(0);
    for (const { from, to } of timeline.arrows) expect(to.from).toBeGreaterThan(from.until);
    expect(lintOf(timeline, cpus)).toEqual([]);
  });

  it.each(['none', 'mainline'])(
    'keeps the rules of the format where something is left out: %s',
    async (policy) => {
      const situation = await prepareSituation({ scenario: 'kthread-return', policy, rounds: 30 });
      const timeline = new Timeline(300);
      await runVirtual(situation, { ...DEFAULT_VIRTUAL_OPTIONS, timeline });
      expect(timeline.leftOut).toBeGreaterThan(300);
      expect(timeline.slices.length).toBeGreaterThan(100);
      expect(lintOf(timeline, situation.spec.cpus)).toEqual([]);
    },
  );

  it('gives the same bytes for the same seed', async () => {
    const textOf = async (seed: number): Promise<string> => {
      const situation = await prepareSituation({ scenario: 'running-peer', rounds: 3 });
      const timeline = new Timeline(MORE_THAN_ENOUGH);
      await runVirtual(situation, { ...DEFAULT_VIRTUAL_OPTIONS, seed, timeline });
      return chromeTrace(timeline, { title: 'a run', cpus: situation.spec.cpus, clock: 'cycles', about: {} });
    };
    expect(await textOf(7)).toBe(await textOf(7));
    expect(await textOf(8)).not.toBe(await textOf(7));
  });

  it('tells what the address space is where a kernel thread gives way to a thread of the mm it borrows', async () => {
    const { timeline } = await traced({ scenario: 'kthread-return', policy: 'none', rounds: 2 });
    const back = timeline.slices.filter(({ name }) => name === 'switch kworker/1 -> executor/1');
    expect(back.map(({ details }) => details)).toContainEqual({
      lazyReturn: true,
      prevMm: 'lazy on jit',
      nextMm: 'jit',
      loaded: 'jit',
      addressSpaceLoads: 0,
    });
  });

  it('names system calls, and the process for which a core serializes', async () => {
    const { timeline } = await traced({
      scenario: 'running-peer',
      policy: 'mainline',
      protocol: 'sync-core',
      rounds: 2,
    });
    const call = timeline.slices.find(({ name }) => name === 'membarrier PRIVATE_EXPEDITED_SYNC_CORE');
    expect(call).toMatchObject({ category: 'system call', details: { result: 0 } });
    const [arrow] = timeline.arrows.filter(({ from }) => from.from > call!.from);
    expect(arrow!.to.name).toBe('interrupt: call function');
    const within = timeline.slices.find(
      ({ cpu, name, from }) => cpu === arrow!.to.cpu && name === 'sync_core' && from > arrow!.to.from,
    );
    expect(within!.until).toBeLessThanOrEqual(arrow!.to.until);
    expect(within!.details).toMatchObject({ point: 'ipi-sync-core', serializes: true, for: 'jit' });
  });
});
