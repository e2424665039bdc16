/** `--shard 2/3`: one part of an exploration. */
import { LabError } from '../base/errors.js';
import { MAX_SHARDS } from '../engines/limits.js';
import type { Shard } from '../explore/shardAgenda.js';

/** For commander.
 *  @throws {LabError} E_RANGE */
export function shardOption(text: string): Shard {
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= of && of <= MAX_SHARDS) return { index, of };
  throw new LabError(
    'E_RANGE',
    `--shard is '${text}'; expected i/n, with n from 1 to ${MAX_SHARDS} and i from 1 to n`,
    'Choose one part, as in --shard 1/3, and run the others elsewhere.',
  );
}
