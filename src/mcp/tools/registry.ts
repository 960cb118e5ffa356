/** Every tool, in the order in which clients list them. A new one is a file beside these and a row here. */
import {CANCEL} from './cancel.ts';
import {LIST} from './list.ts';
import {OUTPUT} from './output.ts';
import {REPORT} from './report.ts';
import {RETRY} from './retry.ts';
import {RUN} from './run.ts';
import {STATUS} from './status.ts';
import type {Tool} from './tool.ts';
import {WAIT} from './wait.ts';

export const TOOLS: readonly Tool[] = [RUN, WAIT, OUTPUT, STATUS, LIST, CANCEL, RETRY, REPORT];
