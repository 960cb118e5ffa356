export {type Submission, type SubmittedJob, submitter} from './submit.ts';
export {Supervisor, type SupervisorOptions} from './supervisor.ts';
