/** Merged shards in words: as an exploration, and which of them to run again. */
import { counted } from './countsText.js';
import { shardCommand } from './explorationCommand.js';
import type { ExplorationDocument } from './explorationSchema.js';
import { explorationLines, verdictLine } from './explorationText.js';
import { foldCommand, wrap } from './textLayout.js';

type Merged = NonNullable<ExplorationDocument['merged']>;

/** @param files of the shards. */
export function mergedText(
  document: ExplorationDocument & { readonly merged: Merged },
  files: readonly string[],
): string {
  const { merged } = document;
  const lines = [
    ...explorationLines(document),
    '',
    ...wrap(whatWasMerged(merged), '  '),
    ...shardsToSearch(document, merged, files).flatMap(({ why, command }) => [
      '',
      ...wrap(why, '  '),
      ...foldCommand(command, '    '),
    ]),
    '',
    ...wrap(verdictLine(document), ''),
  ];
  return `${lines.join('\n')}\n`;
}

export function whatWasMerged({ of, missing }: Merged): string {
  return (
    `Merged from ${of - missing.length} of ${counted(of, 'shard')}. Shards overlap: the counts are sums, and a state counts ` +
    'once for each shard that visited it.'
  );
}

export interface ShardsToSearch {
  /** Which, and what is with them. */
  readonly why: string;
  /** Searches the first of them. */
  readonly command: string;
}

/** What is left to do until all of it has been looked at; nothing where a schedule is known that goes wrong.
 *
 *  @param files of the shards. */
export function shardsToSearch(
  document: ExplorationDocument,
  { of, missing, ended, unaware }: Merged,
  files: readonly string[],
): readonly ShardsToSearch[] {
  if (document.outcome === 'allowed') return [];
  const say = (
    indices: readonly number[],
    what: string,
    knowing: readonly string[] = [],
  ): readonly ShardsToSearch[] => {
    const [first] = indices;
    if (first === undefined) return [];
    return [
      { why: `${named(indices, of)} ${what}`, command: shardCommand(document, `${first}/${of}`, knowing) },
    ];
  };
  return [
    ...say(missing, 'missing. Search each:'),
    ...say(ended, 'ended by a bound. Search each again with a larger one:'),
    ...say(unaware, 'not aware of all the shared words. Search each again:', files),
  ];
}

function named(indices: readonly number[], of: number): string {
  const names = indices.map((index) => `${index}/${of}`).join(', ');
  return indices.length === 1 ? `Shard ${names} is` : `Shards ${names} are`;
}
