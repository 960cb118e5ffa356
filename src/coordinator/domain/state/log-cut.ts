/** What was cut out of a job's log, as its row tells it: in the message, behind what else there is to say. */

const CUT = 'bytes from the middle of its output were cut out of its log (max_log_size)';
const NOTE =
  /^(?:(?<before>[\s\S]*); )?(?<bytes>\d{1,15}) bytes from the middle of its output were cut out of its log \(max_log_size\)$/;

export function withCutNote(message: string | undefined, cutBytes: number | undefined): string | undefined {
  if (cutBytes === undefined) return message;
  const note = `${cutBytes} ${CUT}`;
  return message === undefined ? note : `${message}; ${note}`;
}

/** The way back. */
export function cutNoteIn(text: string): {readonly message?: string; readonly cutBytes?: number} {
  const {before, bytes} = NOTE.exec(text)?.groups ?? {};
  if (bytes === undefined) return {message: text};
  return {cutBytes: Number(bytes), ...(before === undefined ? {} : {message: before})};
}
