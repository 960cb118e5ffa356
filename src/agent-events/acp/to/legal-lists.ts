/**
 * What commands, options, use and information ACP defines: only what is exactly that, with nothing beside it, may stand at
 * its place. `_meta` is not among the keys: whose it is cannot be told here.
 */
import * as v from 'valibot';

import {isObject} from '../../../base/index.ts';

const text = v.string();
const textOrNull = v.nullish(text);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** https://agentclientprotocol.com/protocol/schema#availablecommand */
export const commands = v.array(
  v.strictObject({name: text, description: text, input: v.nullish(v.strictObject({hint: text}))}),
);

const named = {name: text, description: textOrNull};
const option = {id: text, ...named, category: textOrNull};
const choices = v.array(v.strictObject({value: text, ...named}));
const groups = v.array(v.strictObject({group: text, name: text, options: choices}));

/** https://agentclientprotocol.com/protocol/schema#sessionconfigoption */
export const configOptions = v.array(
  v.variant('type', [
    v.strictObject({
      ...option,
      type: v.literal('boolean'),
      currentValue: v.boolean(),
      options: v.optional(v.undefined()),
    }),
    v.strictObject({
      ...option,
      type: v.literal('select'),
      currentValue: text,
      options: v.union([choices, groups]),
    }),
  ]),
);

/** https://agentclientprotocol.com/protocol/schema#cost */
export const cost = v.strictObject({amount: v.number(), currency: text});

/** https://agentclientprotocol.com/protocol/schema#usageupdate */
export const usage = v.strictObject({used: count, size: count, cost: v.nullish(cost)});

const infoShape = v.strictObject({
  title: v.exactOptional(v.nullable(text)),
  updatedAt: v.exactOptional(v.nullable(text)),
});

/** https://agentclientprotocol.com/protocol/schema#sessioninfoupdate */
export const sessionInfo = v.custom<v.InferOutput<typeof infoShape>>(
  value => isObject(value) && v.is(infoShape, value),
);
