/** The JSON Schema of a format whose objects may have comments: keys that begin with two slashes. */
import { z } from 'zod';
import { COMMENT_KEY } from '../../base/jsonText.js';

export function withComments(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false)
        jsonSchema.patternProperties = { [`^${COMMENT_KEY}`]: {} };
    },
  });
}
