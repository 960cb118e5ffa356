/**
 * What everything that is measured gets to see of the environment. `NODE_EXTRA_CA_CERTS` makes every start of Node 30 ms
 * slower, which would make every ratio kinder than it is.
 */

/** The environment as it was given: npm may need its certificates. */
export const GIVEN = {...process.env};

for (const name of Object.keys(process.env)) {
  if (name === 'NODE_EXTRA_CA_CERTS' || name === 'NODE_OPTIONS' || name.startsWith('STINT_'))
    delete process.env[name];
}
process.env.STINT_IDLE_EXIT_SECS = '3600';
