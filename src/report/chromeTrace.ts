/** A timeline as a trace that https://ui.perfetto.dev and chrome://tracing open: Chrome's Trace Event JSON.
 *
 *  One thread per cpu. Slices of a thread lie in each other; an arrow is two events that share category, name and id, each
 *  behind the slice that begins at its time, because there it binds to the innermost slice that is open.
 *
 *  Source: "Trace Event Format", Google, 2016 (a public document); Perfetto's importer of it, for what it makes of it.
 *  Limit: the format counts in microseconds; a unit of the timeline is shown as a nanosecond. */
import type { Arrow, Mark, Slice, Timeline } from '../trace/timeline.js';

/** What the trace is of, for its head. */
export interface TraceHeading {
  readonly title: string;
  readonly cpus: number;
  /** What a nanosecond of the trace stands for. */
  readonly clock: string;
  readonly about: Readonly<Record<string, string | number>>;
}

interface TraceEvent {
  readonly ph: 'M' | 'X' | 'i' | 's' | 'f';
  readonly pid: number;
  readonly tid?: number;
  readonly ts?: number;
  readonly [key: string]: unknown;
}

const PROCESS = 1;
const NS_PER_US = 1000;
/* Where events begin at the same time: a slice before those that lie in it, and all of them before what is on them. */
const RANK_ON_SLICES = Number.MAX_SAFE_INTEGER;

export function chromeTrace(timeline: Timeline, heading: TraceHeading): string {
  const { clock, about } = heading;
  const otherData = { clock, ...about, leftOut: timeline.leftOut };
  const lines = [...metadataOf(heading), ...eventsOf(timeline)].map((event) => JSON.stringify(event));
  return (
    `{"displayTimeUnit":"ns","otherData":${JSON.stringify(otherData)},"traceEvents":[\n` +
    `${lines.join(',\n')}\n]}\n`
  );
}

function metadataOf({ title, cpus }: TraceHeading): TraceEvent[] {
  const lanes = Array.from({ length: cpus }, (_, cpu): TraceEvent[] => [
    { ph: 'M', pid: PROCESS, tid: tidOf(cpu), name: 'thread_name', args: { name: `cpu ${cpu}` } },
    { ph: 'M', pid: PROCESS, tid: tidOf(cpu), name: 'thread_sort_index', args: { sort_index: cpu } },
  ]);
  return [{ ph: 'M', pid: PROCESS, name: 'process_name', args: { name: title } }, ...lanes.flat()];
}

function eventsOf(timeline: Timeline): TraceEvent[] {
  const events = [
    ...timeline.slices.map((slice) => ({ at: slice.from, rank: slice.depth, event: sliceEvent(slice) })),
    ...timeline.arrows.flatMap((arrow, index) => arrowEvents(arrow, index + 1)),
    ...timeline.marks.map((mark) => ({ at: mark.at, rank: RANK_ON_SLICES, event: markEvent(mark) })),
  ];
  return events.sort((a, b) => a.at - b.at || a.rank - b.rank).map(({ event }) => event);
}

function sliceEvent({ cpu, category, name, from, until, details }: Slice): TraceEvent {
  return {
    ph: 'X',
    pid: PROCESS,
    tid: tidOf(cpu),
    ts: from / NS_PER_US,
    dur: (until - from) / NS_PER_US,
    cat: category,
    name,
    args: details,
  };
}

function markEvent({ cpu, category, name, at, details, isFinding }: Mark): TraceEvent {
  return {
    ph: 'i',
    pid: PROCESS,
    tid: tidOf(cpu),
    ts: at / NS_PER_US,
    s: 't',
    cat: category,
    name,
    // Red, where colours are taken from the file.
    ...(isFinding && { cname: 'terrible' }),
    args: details,
  };
}

/** The id is one that no other arrow has: an arrow is never closed. */
function arrowEvents(
  { name, from, to }: Arrow,
  id: number,
): { at: number; rank: number; event: TraceEvent }[] {
  const end = (ph: 's' | 'f', { cpu, from: at }: Slice): { at: number; rank: number; event: TraceEvent } => ({
    at,
    rank: RANK_ON_SLICES,
    event: {
      ph,
      pid: PROCESS,
      tid: tidOf(cpu),
      ts: at / NS_PER_US,
      cat: 'arrow',
      name,
      id,
      // Binds to the slice that is open, not to the next one.
      ...(ph === 'f' && { bp: 'e' }),
    },
  });
  return [end('s', from), end('f', to)];
}

/** Not 0, which is no thread. */
function tidOf(cpu: number): number {
  return cpu + 1;
}
