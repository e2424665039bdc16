/** Merged shards in words: as an exploration, and which of them to run again. */
import { counted } from './countsText.js';
import { shardCommand } from './explorationCommand.js';
import type { ExplorationDocument } from './explorationSchema.js';
import { explorationLines, verdictLine } from './explorationText.js';
import { foldCommand, wrap } from './textLayout.js';

/** @param files of the shards. */
export function mergedText(
  document: ExplorationDocument & { readonly merged: NonNullable<ExplorationDocument['merged']> },
  files: readonly string[],
): string {
  const { of, missing, ended, unaware } = document.merged;
  const there = of - missing.length;
  const lines = [
    ...explorationLines(document),
    '',
    ...wrap(
      `Merged from ${there} of ${counted(of, 'shard')}. Shards overlap: the counts are sums, and a state counts once for each shard ` +
        'that visited it.',
      '  ',
    ),
  ];
  if (document.outcome !== 'allowed') {
    const say = (indices: readonly number[], what: string, knowing: readonly string[] = []): void => {
      const [first] = indices;
      if (first === undefined) return;
      lines.push(
        '',
        ...wrap(`${named(indices, of)} ${what}`, '  '),
        ...foldCommand(shardCommand(document, `${first}/${of}`, knowing), '    '),
      );
    };
    say(missing, 'missing. Search each:');
    say(ended, 'ended by a bound. Search each again with a larger one:');
    say(unaware, 'not aware of all the shared words. Search each again:', files);
  }
  lines.push('', ...wrap(verdictLine(document), ''));
  return `${lines.join('\n')}\n`;
}

function named(indices: readonly number[], of: number): string {
  const names = indices.map((index) => `${index}/${of}`).join(', ');
  return indices.length === 1 ? `Shard ${names} is` : `Shards ${names} are`;
}
