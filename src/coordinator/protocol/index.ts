export {
  answerMessage,
  errorMessage,
  idOf,
  type ParsedRequest,
  type ParsedResponse,
  PROTOCOL_VERSION,
  parseAnswer,
  parseRequest,
  parseResponse,
  requestMessage,
} from './envelope.ts';
export {encodeFrame, FrameDecoder, MAX_FRAME_BYTES} from './framing.ts';
export type {
  Answer,
  Health,
  Outcome,
  ParsedPayload,
  Payload,
  RequestName,
  WireSubmission,
} from './requests.ts';
