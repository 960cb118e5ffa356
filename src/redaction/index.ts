/** Keeping secrets out of what is recorded: of objects, with placeholders that can be compared, and of lines of shell. */
export {createRedactor, type RedactorOptions} from './redactor.ts';
export {secretValues} from './secret-names.ts';
export type {SecretPattern, SecretSpan} from './secret-pattern.ts';
export {SECRET_PATTERNS} from './secret-patterns.ts';
export {redactShellText} from './shell-text.ts';
