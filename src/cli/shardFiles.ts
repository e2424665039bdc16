/** Documents of shards that other machines have written: whether they are shards, and of the same machine. */
import { LabError } from '../base/errors.js';
import type { ExplorationOptions } from '../engines/exploration.js';
import type { Situation } from '../engines/situation.js';
import { SPLIT_AT } from '../explore/shardAgenda.js';
import { type ExplorationDocument, explorationSchema } from '../report/explorationSchema.js';
import type { ShardDocument } from '../report/mergedShards.js';
import { packageVersion } from './environment.js';
import { hash } from './hash.js';
import { readJsonFile } from './jsonFile.js';

export interface ShardFile {
  readonly path: string;
  readonly document: ShardDocument;
}

/** Hash of all that decides which space is searched, and where it is split. */
export function machineHash(
  { spec, policy }: Situation,
  { memory, from, fetching }: Pick<ExplorationOptions, 'memory' | 'from' | 'fetching'>,
): string {
  return hash({
    coresync: packageVersion(),
    spec,
    policy: policy.name,
    memory,
    from,
    fetching,
    split: SPLIT_AT,
  });
}

/** @throws {LabError} E_FILE, E_SHARD */
export function readShard(path: string): ShardFile {
  const document = readJsonFile(path, explorationSchema, {
    next: 'Give what `coresync explore --shard i/n --json` has printed.',
  });
  if (isShard(document)) return { path, document };
  throw new LabError(
    'E_SHARD',
    `${path}: it is ${document.merged ? 'merged already' : 'no shard'}; expected what explore --shard i/n --json has printed`,
    'Give the documents of the shards themselves.',
  );
}

function isShard(document: ExplorationDocument): document is ShardDocument {
  return document.shard !== undefined;
}

/** @throws {LabError} E_SHARD */
export function checkSameMachine(files: readonly ShardFile[], expected: ShardFile): void {
  const other = files.find(({ document }) => document.shard.machine !== expected.document.shard.machine);
  if (other)
    throw otherMachine(other, `as in ${expected.path}`, difference(other.document, expected.document));
}

export function otherMachine({ path }: ShardFile, expected: string, what: string): LabError {
  return new LabError(
    'E_SHARD',
    `${path}: it is of another machine: ${what}; expected the same ${expected}`,
    'Run all shards with the same scenario, options and version of coresync.',
  );
}

const COMPARED = [
  'scenario',
  'arch',
  'policy',
  'protocol',
  'kernel',
  'overlay',
  'reaction',
  'cpus',
  'rounds',
  'callsPerRound',
  'placement',
  'parameters',
  'memory',
  'without',
  'from',
  'fetching',
] as const;

function difference(one: ShardDocument, other: ShardDocument): string {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const key = COMPARED.find((name) => text(one[name]) !== text(other[name]));
  if (key) return `its ${key} is ${text(one[key])}, not ${text(other[key])}`;
  const [version, expected] = [one.env.coresync, other.env.coresync];
  if (version !== expected) return `it was searched by coresync ${version}, not ${expected}`;
  return 'the scenario file differs';
}
