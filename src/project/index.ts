export {type CheckoutFacts, type CheckoutFactsOptions, checkoutFacts} from './checkout-facts.ts';
export {type Configuration, readConfiguration} from './configuration.ts';
export {decideRepoId, type RepoIdSituation} from './decide-repo-id.ts';
export {type GitRepo, locateRepo, type PlainDirectory, type Repo} from './locate-repo.ts';
export {type Head, readHead} from './read-head.ts';
export {ensureRepoId, findRepoId, type RegisteredPathOf, type RepoIdentity} from './repo-id.ts';
