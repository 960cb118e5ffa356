/** Messages of ACP as events: the blocks of a prompt, chunks, and which chunks only repeat the prompt. */
import type {Json} from '../../../base/index.ts';
import type {AgentEvent} from '../../event.ts';
import {isRecord, isText, type JsonRecord, recordWithout} from '../json-shape.ts';
import type {EchoPart} from './connection-state.ts';

export type MessageType = 'user_message_chunk' | 'agent_message_chunk' | 'agent_thought_chunk';

/** The event of a block. What is no text stands under `_meta.block`, and so does what a text has beside its text. */
export function chunkEvent(type: MessageType, session_id: string, block: Json, meta: JsonRecord): AgentEvent {
  const isTextBlock = isRecord(block) && block.type === 'text' && isText(block.text);
  const content = isTextBlock && isText(block.text) ? block.text : '';
  const rest = isTextBlock ? recordWithout(block, ['text']) : block;
  const hasRest = !isTextBlock || Object.keys(block).length > 2;
  return {type, session_id, content, ...metaOf({...meta, ...(hasRest && {block: rest})})};
}

/** What an agent may repeat of a prompt. */
export function echoOf(prompt: readonly Json[]): readonly EchoPart[] {
  return prompt.map(echoPart);
}

/** What of the prompt is still to be repeated after this block; undefined for a block that does not repeat it. */
export function withoutEcho(echo: readonly EchoPart[], block: Json): readonly EchoPart[] | undefined {
  const part = echoPart(block);
  for (let start = 0; start < echo.length; start++) {
    const rest =
      'json' in part ? afterJson(echo.slice(start), part.json) : afterText(echo.slice(start), part.text);
    if (rest) return [...echo.slice(0, start), ...rest];
  }
  return undefined;
}

/** `{_meta}` to be spread into an event; nothing where there is nothing in it. */
export function metaOf(meta: JsonRecord): {readonly _meta?: JsonRecord} {
  return Object.keys(meta).length > 0 ? {_meta: meta} : {};
}

function echoPart(block: Json): EchoPart {
  if (isRecord(block) && block.type === 'text' && isText(block.text)) return {text: block.text};
  return {json: JSON.stringify(block)};
}

function afterJson(echo: readonly EchoPart[], json: string): readonly EchoPart[] | undefined {
  const [first, ...rest] = echo;
  return first && 'json' in first && first.json === json ? rest : undefined;
}

/** A chunk may hold part of a block, or several with or without a newline between them. */
function afterText(echo: readonly EchoPart[], text: string): readonly EchoPart[] | undefined {
  const [first, ...rest] = echo;
  if (text === '' || first === undefined || 'json' in first) return undefined;
  if (first.text === text) return rest;
  if (first.text.startsWith(text)) return [{text: first.text.slice(text.length)}, ...rest];
  if (first.text === '' || !text.startsWith(first.text)) return undefined;
  return afterText(rest, text.slice(first.text.length).replace(/^\n/, ''));
}
