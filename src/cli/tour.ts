/** The tour: what `coresync demo` runs, what it expects to see, and what follows from it. */
import type { SituationRequest } from '../engines/situation.js';
import { ORDERING_POINTS, POINT } from '../kernel/orderingPoints.js';
import type { Verdict } from '../oracle/verdict.js';
import { countsText } from '../report/countsText.js';
import type { RunDocument } from '../report/runSchema.js';
import type { Column } from '../report/table.js';

export interface TourRow {
  readonly request: Omit<SituationRequest, 'scenario'>;
  /** The verdicts that are as expected. A control that does not fail makes the whole tour fail. */
  readonly expected: readonly Verdict[];
}

/** A conclusion, with the numbers of this very run. */
export interface Claim {
  readonly holds: boolean;
  readonly sentence: string;
}

export interface TourStop {
  readonly title: string;
  readonly scenario: string;
  readonly columns: readonly Column<RunDocument>[];
  readonly rows: readonly TourRow[];
  /** Show the evidence of the first row. */
  readonly showsEvidence: boolean;
  /** @param runs one per row, in order. */
  readonly claim: (runs: readonly RunDocument[]) => Claim;
}

/** Counts of two policies compare only on the same kernel. */
export const TOUR_KERNEL = '6.x';

type RunColumn = Column<RunDocument>;

const policy: RunColumn = { title: 'policy', width: 24, align: 'left', cell: (run) => run.policy };
const published: RunColumn = count('published', (run) => run.publications);
const calls: RunColumn = count('calls', (run) => run.calls);
const stale: RunColumn = count('stale', (run) => run.stale);
const verdict: RunColumn = { title: 'verdict', width: 12, align: 'left', cell: (run) => run.verdict };

function count(title: string, of: (run: RunDocument) => number): RunColumn {
  return { title, width: Math.max(6, title.length), align: 'right', cell: (run) => String(of(run)) };
}

const SAFE: readonly Verdict[] = ['safe'];
const STALE: readonly Verdict[] = ['stale'];

export const TOUR: readonly TourStop[] = [
  {
    title: 'The hazard: a kernel thread runs, and the user thread comes back',
    scenario: 'kthread-return',
    columns: [
      policy,
      published,
      calls,
      stale,
      { title: 'sync_core', width: 10, align: 'right', cell: (run) => countsText(run.syncCoreByProcess) },
      verdict,
    ],
    rows: [
      { request: { policy: 'none' }, expected: STALE },
      { request: { policy: 'always' }, expected: SAFE },
      { request: { policy: 'registered' }, expected: SAFE },
      { request: { policy: 'deferred-task-registered' }, expected: SAFE },
    ],
    showsEvidence: true,
    claim: ([control, ...others]) => ({
      holds: control!.stale > 0 && others.every((run) => run.stale === 0),
      sentence:
        `With nothing in the kernel ${control!.stale} of ${control!.calls} calls ran code that had been replaced. ` +
        `With any of the other three: ${sum(others, (run) => run.stale)} of ${sum(others, (run) => run.calls)}.`,
    }),
  },
  {
    title: 'What the deferred flag saves: switched in, and asleep again',
    scenario: 'kthread-bounce',
    columns: [
      policy,
      count('switched in', (run) => run.counters.lazyReturns ?? 0),
      count('sync_core', (run) => run.counters.syncCore ?? 0),
      count('on return', onReturn),
      verdict,
    ],
    rows: [
      { request: { policy: 'registered' }, expected: SAFE },
      { request: { policy: 'deferred-task-registered' }, expected: SAFE },
    ],
    showsEvidence: false,
    claim: ([atOnce, deferred]) => ({
      holds: onReturn(deferred!) < onReturn(atOnce!),
      sentence:
        `On return from kernel threads the flag executes ${onReturn(deferred!)} sync_core, serializing at once ` +
        `${onReturn(atOnce!)}. The other ${(deferred!.counters.syncCore ?? 0) - onReturn(deferred!)} in its row are membarrier's own.`,
    }),
  },
  {
    title: 'Who pays: a process that never registered',
    scenario: 'unregistered-neighbour',
    columns: [
      policy,
      count('sync_core for jit', (run) => run.syncCoreByProcess.jit ?? 0),
      count('for neighbour', (run) => run.syncCoreByProcess.neighbour ?? 0),
      verdict,
    ],
    rows: [
      { request: { policy: 'always' }, expected: SAFE },
      { request: { policy: 'registered' }, expected: SAFE },
    ],
    showsEvidence: false,
    claim: ([always, registered]) => {
      const unchecked = always!.syncCoreByProcess.neighbour ?? 0;
      const checked = registered!.syncCoreByProcess.neighbour ?? 0;
      return {
        holds: unchecked > 0 && checked === 0,
        sentence:
          `The neighbour pays for ${unchecked} serializations that it never asked for; with the registration check ` +
          `for ${checked}.`,
      };
    },
  },
  {
    title: 'An icache flush and a core serialization are two things',
    scenario: 'missing-icache-flush',
    columns: [
      { title: 'profile', width: 9, align: 'left', cell: (run) => run.arch },
      { title: 'protocol', width: 28, align: 'left', cell: (run) => run.protocol },
      calls,
      stale,
      verdict,
    ],
    rows: [
      { request: { arch: 'arm64-a00' }, expected: STALE },
      { request: { arch: 'arm64-a11' }, expected: SAFE },
      { request: { arch: 'arm64-a00', protocol: 'sync-core' }, expected: SAFE },
      { request: { arch: 'arm64-a11', protocol: 'sync-core' }, expected: SAFE },
    ],
    showsEvidence: false,
    claim: ([missing, coherent, ...whole]) => ({
      holds: missing!.stale > 0 && coherent!.stale === 0 && whole.every((run) => run.stale === 0),
      sentence:
        `Without the invalidate, ${missing!.arch} runs ${missing!.stale} stale calls although every core serializes; ` +
        `${coherent!.arch}, whose icache is coherent, ${coherent!.stale}. With it, both run ` +
        `${sum(whole, (run) => run.stale)}.`,
    }),
  },
  {
    title: 'Torn: a site that one store cannot cover',
    scenario: 'torn-patch',
    columns: [
      { title: 'placement', width: 12, align: 'left', cell: (run) => run.placement },
      published,
      calls,
      count('torn', (run) => run.torn),
      count('faults', (run) => run.faults.length),
      verdict,
    ],
    rows: [
      { request: { placement: 'across-word' }, expected: ['torn', 'fault'] },
      { request: { placement: 'within-word' }, expected: SAFE },
    ],
    showsEvidence: true,
    claim: ([across, within]) => ({
      holds: across!.torn + across!.faults.length > 0 && within!.torn + within!.faults.length === 0,
      sentence:
        `Across a word ${across!.torn} of ${across!.calls} calls ran bytes that are no version; inside one word ` +
        `${within!.torn} of ${within!.calls}.`,
    }),
  },
];

/** sync_core() on the way from a kernel thread to user mode, at once or deferred. */
function onReturn({ serializations }: RunDocument): number {
  return sum([POINT.finishTaskSwitchSync, POINT.exitToUserSync], (point) => {
    return serializations[ORDERING_POINTS[point]!.id] ?? 0;
  });
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
