/** `coresync init`: writes a scenario file to begin with. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
import type { Session } from './session.js';

export function addInit(program: Command, session: Session): void {
  program
    .command('init')
    .summary('write a scenario file to begin with')
    .description('Writes a scenario file with comments. It never replaces a file.')
    .argument('[file]', 'where; its name ends in .json', 'scenario.json')
    .action(async (file: string) => {
      const { SCENARIO_TEMPLATE } = await import('../scenarios/file/template.js');
      if (!file.endsWith('.json')) {
        throw new LabError('E_FILE', `'${file}' does not end in .json`, `Try: coresync init ${file}.json`);
      }
      try {
        writeFileSync(file, SCENARIO_TEMPLATE, { flag: 'wx' });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new LabError('E_FILE', `cannot write ${file}: ${why}`, 'Choose another name.');
      }
      session.print(
        `${file} is written. Run it, without and with the cure:\n` +
          `  coresync run ${file} --policy none\n  coresync run ${file}\n`,
      );
      session.endWith(EXIT.good);
    });
}
