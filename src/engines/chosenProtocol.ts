/** The publication protocol that a user chose: one of the catalogue by its name, or a file by its path, which ends in
 *  .json. */
import type { PublicationProtocol } from '../jit/protocol.js';
import { readProtocolText } from '../scenarios/file/text.js';
import { checkIsName, readBounded } from './boundedFile.js';
import { loadProtocol } from './catalogue.js';

/** @throws {LabError} E_UNKNOWN_NAME, E_FILE, E_PROTOCOL_FILE */
export async function chosenProtocol(nameOrPath: string): Promise<PublicationProtocol> {
  if (nameOrPath.endsWith('.json')) return readProtocolText(readBounded(nameOrPath, 'protocol'), nameOrPath);
  checkIsName(nameOrPath, '.json');
  return loadProtocol(nameOrPath);
}
