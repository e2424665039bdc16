/** `coresync init`: writes a scenario file or a protocol file to begin with. */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { EXIT, LabError } from '../base/errors.js';
import { fileTrouble } from '../base/fileTrouble.js';
import { type FileKind, knownFileKind } from './namedChoices.js';
import { checkWritable } from './outputFile.js';
import type { Session } from './session.js';

export function addInit(program: Command, session: Session): void {
  program
    .command('init')
    .summary('write a scenario or protocol file to begin with')
    .description('Writes a file with comments. It never replaces one.')
    .argument('[file]', 'where; its name ends in .json; scenario.json or protocol.json where left out')
    .option('--kind <what>', 'scenario, protocol', 'scenario')
    .action(async (named: string | undefined, options: { readonly kind: string }) => {
      const kind = knownFileKind(options.kind);
      const file = named ?? `${kind}.json`;
      if (!file.endsWith('.json')) {
        const proposed = file === '' ? `${kind}.json` : `${file}.json`;
        throw new LabError('E_FILE', `'${file}' does not end in .json`, `Try: coresync init ${proposed}`);
      }
      checkWritable(file);
      const template = await TEMPLATES[kind]();
      try {
        writeFileSync(file, template, { flag: 'wx' });
      } catch (error) {
        throw new LabError('E_FILE', `cannot write ${file}: ${fileTrouble(error)}`, 'Choose another name.');
      }
      session.print(`${file} is written. ${NEXT[kind](file)}`);
      session.endWith(EXIT.good);
    });
}

const TEMPLATES: Readonly<Record<FileKind, () => Promise<string>>> = {
  scenario: async () => (await import('../scenarios/file/template.js')).SCENARIO_TEMPLATE,
  protocol: async () => (await import('../scenarios/file/protocolTemplate.js')).PROTOCOL_TEMPLATE,
};

const NEXT: Readonly<Record<FileKind, (file: string) => string>> = {
  scenario: (file) =>
    `Run it, without and with the cure:\n  coresync run ${file} --policy none\n  coresync run ${file}\n`,
  protocol: (file) =>
    `Look at every schedule of it, and hold it against what it records:\n` +
    `  coresync explore publication --protocol ${file}\n` +
    `  coresync matrix --protocols --protocol ${file}\n`,
};
