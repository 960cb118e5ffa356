export {sessionTopic} from './session-topic.ts';
