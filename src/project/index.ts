export {checkoutFacts} from './checkout-facts.ts';
export {type Configuration, readConfiguration} from './configuration.ts';
export {configuredGroups} from './configured-groups.ts';
export {droppedVariables} from './dropped-variables.ts';
export {locateRepo, type Repo} from './locate-repo.ts';
export {ensureRepoId, findRepoId} from './repo-id.ts';
