export {isSessionTopic, sessionTopic} from './session-topic.ts';
