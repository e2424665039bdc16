/** What can make the cpus of a machine run, and what cannot here, with the reason. An engine is asked only where somebody
 *  wants to know: some have to try. */
import { LabError } from '../base/errors.js';
import { unknownName } from '../base/nearest.js';
import { MEMORY_MODELS, type MemoryModel } from '../hw/memoryModel.js';

export interface Engine {
  readonly name: string;
  readonly summary: string;
  /** True, or why it cannot run here. */
  readonly available: () => Promise<true | string>;
  /** What of the host a run depends on, besides running at all. */
  readonly restsOn: 'nothing' | 'host-threads' | 'host-kernel';
  /** Does coresync do its job without it? */
  readonly isOptional?: true;
  /** The first one is its default. */
  readonly memoryModels: readonly [MemoryModel, ...MemoryModel[]];
  /** Why it has no others. */
  readonly memoryLimit?: string;
  /** What a nanosecond of a trace of its runs stands for; undefined where it has no time to show. */
  readonly traceClock?: string;
}

export const ENGINES: readonly Engine[] = [
  {
    name: 'threads',
    summary: 'one worker per cpu, shared memory, real races; wall clock',
    available: async () => true,
    restsOn: 'host-threads',
    memoryModels: ['sc'],
    memoryLimit: 'real threads show sequential consistency',
  },
  {
    name: 'virtual',
    summary: 'every cpu in one thread, in virtual cycles; the same for the same seed',
    available: async () => true,
    restsOn: 'nothing',
    memoryModels: ['sc'],
    memoryLimit: 'it has no store buffers yet',
    traceClock: 'virtual: 1 ns is 1 cycle',
  },
  {
    name: 'native',
    summary: 'one worker per task, machine code on the host kernel and processor; wall clock',
    available: async () => (await import('./native/availability.js')).nativeAvailability(),
    restsOn: 'host-kernel',
    isOptional: true,
    memoryModels: ['sc'],
    memoryLimit: 'what its tasks do to data is sequentially consistent',
  },
];

/** @throws {LabError} E_UNKNOWN_NAME, E_ENGINE where the engine cannot run here. */
export async function availableEngine(name: string): Promise<Engine> {
  const engine = ENGINES.find((candidate) => candidate.name === name);
  const names = ENGINES.map((candidate) => candidate.name);
  if (!engine) throw unknownName('engine', name, names);
  const available = await engine.available();
  if (available === true) return engine;
  const answers = await Promise.all(ENGINES.map((candidate) => candidate.available()));
  const others = ENGINES.filter((_, index) => answers[index] === true);
  throw new LabError(
    'E_ENGINE',
    `engine '${name}' is not available: ${available}`,
    `Available: ${others.map((candidate) => candidate.name).join(', ')}.`,
  );
}

/** @returns the engine's default where none is asked for.
 *  @throws {LabError} E_UNKNOWN_NAME, E_MEMORY where the engine does not have the model. */
export function memoryModelOn(engine: Engine, asked: string | undefined): MemoryModel {
  if (asked === undefined) return engine.memoryModels[0];
  const model = MEMORY_MODELS.find((known) => known === asked);
  if (model === undefined) throw unknownName('memory model', asked, MEMORY_MODELS);
  if (engine.memoryModels.includes(model)) return model;
  throw new LabError(
    'E_MEMORY',
    `memory model '${model}' is not available on engine '${engine.name}'${engine.memoryLimit ? `: ${engine.memoryLimit}` : ''}`,
    `Use --memory ${engine.memoryModels.join(' or ')}; coresync explore has every memory model.`,
  );
}
