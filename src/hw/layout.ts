/** Where the hardware keeps its state: the words and bytes of every cpu and of code memory.
 *
 *  Stations that an architecture keeps equal share their bytes: where stores reach the PoU by themselves the
 *  PoU *is* memory, and where the icache is coherent a cpu has no copy of its own to go stale. */
import type { CpuId } from '../base/ids.js';
import { type Bytes, type LayoutBuilder, LINE_BYTES, shape, type Table, type Words } from '../base/layout.js';
import { COUNTERS } from './counters.js';
import type { ArchitectureProfile } from './profile.js';

/** Private to the cpu, except where it says otherwise. */
const CPU = shape('cpu', [
  /* Written by any cpu with an atomic or, cleared by this one. */
  'doorbell',
  /* 1 while an interrupt may be taken in the middle of a kernel routine. User mode polls by itself. */
  'interruptsEnabled',
  /* The value the last unit returned, written by the WebAssembly run loop. */
  'unitResult',
  /* The address space that is loaded (x86: CR3); 0 is the kernel's own. */
  'addressSpace',
  /* Grows with every kernel entry and quantum; read by the watchdog only. */
  'progress',
]);

const SITE = shape('site', [
  /* Written by whoever patches the site: the newest version whose bytes were (or are being) stored. */
  'issued',
  /* Written by whoever publishes: what everybody is supposed to execute from now on. */
  'promised',
]);

/** Pieces of a unit that are fetched at moments of their own, at most: a site lies on two lines at most. */
export const FETCH_BLOCKS = 2;

export interface HwDimensions {
  readonly cpus: number;
  readonly units: number;
  /** Whole lines. */
  readonly codeBytes: number;
}

export interface HwLayout {
  readonly dimensions: HwDimensions;
  readonly cpu: Table<(typeof CPU)['fields'][number]>;
  readonly site: Table<(typeof SITE)['fields'][number]>;
  readonly counter: (cpu: CpuId, counter: number) => number;
  /** Bit mask over units, FETCH_BLOCKS bits each, per cpu: what is fetched right now. */
  readonly fetchedMask: (cpu: CpuId, maskWord: number) => number;
  readonly fetchedMaskWords: number;
  /** 1 where this cpu's icache holds a copy of the line; absent on coherent icaches. */
  readonly lineValid?: (cpu: CpuId, line: number) => number;
  readonly memory: Bytes;
  readonly pou: Bytes;
  /** Per cpu; the PoU itself where the icache is coherent. */
  readonly icache: (cpu: CpuId) => Bytes;
  /** Per cpu: the bytes that were compiled into what runs. */
  readonly decoded: (cpu: CpuId) => Bytes;
}

export function declareHw(
  builder: LayoutBuilder,
  profile: ArchitectureProfile,
  dimensions: HwDimensions,
): HwLayout {
  const { cpus, units, codeBytes } = dimensions;
  const cpu = builder.perCpuTable(CPU, cpus);
  const site = builder.perCpuTable(SITE, units);

  const counterStride = builder.spaced(COUNTERS.length);
  const counters = builder.words('counters', cpus * counterStride);
  const fetchedMaskWords = Math.max(1, Math.ceil((units * FETCH_BLOCKS) / 32));
  const maskStride = builder.spaced(fetchedMaskWords);
  const masks = builder.words('fetched mask', cpus * maskStride);

  const memory = builder.bytes('memory', codeBytes);
  const pou = profile.storesReachPou ? memory : builder.bytes('pou', codeBytes);
  const perCpuBytes = (name: string): Bytes[] =>
    Array.from({ length: cpus }, (_, id) => builder.bytes(`${name} ${id}`, codeBytes));
  const icaches = profile.icache === 'coherent' ? undefined : perCpuBytes('icache');
  const decoded = perCpuBytes('decoded');
  const lines = codeBytes / LINE_BYTES;
  const lineValid: Words | undefined = icaches && builder.words('icache line valid', cpus * lines);

  return {
    dimensions,
    cpu,
    site,
    counter: (id, counter) => counters.at(id * counterStride + counter),
    fetchedMask: (id, maskWord) => masks.at(id * maskStride + maskWord),
    fetchedMaskWords,
    ...(lineValid ? { lineValid: (id: CpuId, line: number) => lineValid.at(id * lines + line) } : {}),
    memory,
    pou,
    icache: (id) => (icaches ? icaches[id]! : pou),
    decoded: (id) => decoded[id]!,
  };
}
