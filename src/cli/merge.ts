/** `coresync merge`: the shards of one exploration, put together. */
import type { Command } from 'commander';
import { LabError } from '../base/errors.js';
import { STATUS } from './explore.js';
import type { Session } from './session.js';
import type { ShardFile } from './shardFiles.js';

interface Choices {
  readonly json?: true;
}

export function addMerge(program: Command, session: Session): void {
  program
    .command('merge')
    .summary('put the shards of an exploration together')
    .description(
      'Puts together what `explore --shard i/n --json` has printed, for every i. Says which shards to run again where ' +
        'something is missing.',
    )
    .argument('<files...>', 'one document of each shard')
    .option('--json', 'print one document, coresync.exploration/1')
    .action(async (paths: readonly string[], { json }: Choices) => {
      const { mergedShards } = await import('../report/mergedShards.js');
      const { mergedText } = await import('../report/mergedText.js');
      const { environment } = await import('./environment.js');
      const files = await shardsOf(paths);
      const document = mergedShards(
        files.map((file) => file.document),
        environment(),
      );
      session.print(json ? `${JSON.stringify(document, null, 2)}\n` : mergedText(document, paths));
      session.endWith(STATUS[document.outcome]);
    });
}

/** @throws {LabError} E_FILE, E_SHARD where they are not of one exploration, each of them once. */
async function shardsOf(paths: readonly string[]): Promise<readonly ShardFile[]> {
  const { checkSameMachine, readShard } = await import('./shardFiles.js');
  const files = paths.map(readShard);
  const first = files[0]!;
  checkSameMachine(files, first);
  const { of } = first.document.shard;
  const seen = new Map<number, ShardFile>();
  for (const file of files) {
    const { shard } = file.document;
    if (shard.of !== of) {
      throw new LabError(
        'E_SHARD',
        `${file.path}: it is shard ${shard.index}/${shard.of}; expected one of ${of}, as in ${first.path}`,
        'Merge shards of one split.',
      );
    }
    const before = seen.get(shard.index);
    if (before) {
      throw new LabError(
        'E_SHARD',
        `${file.path}: it is shard ${shard.index}/${of}, and so is ${before.path}; expected each shard once`,
        'Give one document of each shard: the last one.',
      );
    }
    seen.set(shard.index, file);
  }
  return files;
}
