/** Whether the commands and options that an event lists are exactly what ACP defines, with nothing beside it. */
import {hasOnly, isBoolean, isObject, isText, type JsonObject, orNull} from '../json-shape.ts';

/** https://agentclientprotocol.com/protocol/schema#availablecommand */
export function areCommands(values: unknown): boolean {
  return Array.isArray(values) && values.every(isCommand);
}

/** https://agentclientprotocol.com/protocol/schema#sessionconfigoption */
export function areConfigOptions(values: unknown): boolean {
  return Array.isArray(values) && values.every(isConfigOption);
}

/** https://agentclientprotocol.com/protocol/schema#cost */
export function isCost(value: unknown): boolean {
  return isOnly(value, ['amount', 'currency']) && typeof value.amount === 'number' && isText(value.currency);
}

function isCommand(value: unknown): boolean {
  if (!isOnly(value, ['name', 'description', 'input'])) return false;
  const {name, description, input = null} = value;
  return isText(name) && isText(description) && (input === null || isHint(input));
}

function isHint(value: unknown): boolean {
  return isOnly(value, ['hint']) && isText(value.hint);
}

function isConfigOption(value: unknown): boolean {
  if (!isOnly(value, ['id', 'name', 'description', 'category', 'type', 'currentValue', 'options']))
    return false;
  const {type, currentValue, options, category = null} = value;
  if (!isText(value.id) || !isNamed(value) || !orNull(isText)(category)) return false;
  if (type === 'boolean') return isBoolean(currentValue) && options === undefined;
  return type === 'select' && isText(currentValue) && areChoices(options);
}

function areChoices(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.every(isChoice) || value.every(isGroup);
}

function isChoice(value: unknown): boolean {
  return isOnly(value, ['value', 'name', 'description']) && isText(value.value) && isNamed(value);
}

function isGroup(value: unknown): boolean {
  if (!isOnly(value, ['group', 'name', 'options'])) return false;
  const {group, name, options} = value;
  return isText(group) && isText(name) && Array.isArray(options) && options.every(isChoice);
}

function isNamed({name, description = null}: JsonObject): boolean {
  return isText(name) && orNull(isText)(description);
}

/** An object with none but these keys. `_meta` is not among them: whose it is cannot be told here. */
function isOnly(value: unknown, keys: readonly string[]): value is JsonObject {
  return isObject(value) && hasOnly(value, keys);
}
