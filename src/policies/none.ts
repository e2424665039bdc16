/** Linux 4.14: nothing on kernel thread -> user. The unsafe control. */
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'none',
  summary: 'nothing on kernel thread -> user',
  source: 'Linux 4.14',
  claims: NO_CLAIMS,
};
