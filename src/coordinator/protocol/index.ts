export {isClosingRecord} from '../domain/index.ts';
export {
  answerMessage,
  errorMessage,
  idOf,
  type ParsedRequest,
  type ParsedResponse,
  type ParsedStreamRequest,
  parseAnswer,
  parseFrame,
  parseRequest,
  parseResponse,
  requestMessage,
  streamEndMessage,
} from './envelope.ts';
export {eventPassToWire, limitsFromWire, limitsToWire, type WireEventPass} from './event-pass.ts';
export {encodeFrame, FrameDecoder, MAX_FRAME_BYTES} from './framing.ts';
export {optionProblem, optionsFromWire, optionsToWire} from './job-options.ts';
export type {
  Answer,
  Groups,
  Health,
  LogRecord,
  Outcome,
  ParsedPayload,
  ParsedStreamPayload,
  Payload,
  PendingText,
  Queue,
  RemovalAnswer,
  RequestName,
  StreamFrame,
  StreamName,
  StreamPayload,
  WireJob,
  WirePass,
  WireSubmission,
} from './requests.ts';
export {streamFrames} from './stream-frames.ts';
export {partsOf, SUBMISSION_PARTS, type SubmissionPart} from './submission-parts.ts';
