/** Which request does what, by areas. What is to be decided is decided by use cases. */
import type {Routes} from '../../server/index.ts';
import {endingRoutes} from './ending.ts';
import {jobRoutes} from './jobs.ts';
import {pruningRoutes} from './pruning.ts';
import {queueRoutes} from './queue.ts';
import type {RouteContext} from './route-context.ts';
import {upkeepRoutes} from './upkeep.ts';

export function buildRoutes(context: RouteContext): Routes {
  return {
    ...jobRoutes(context),
    ...queueRoutes(context),
    ...endingRoutes(context),
    ...upkeepRoutes(context),
    ...pruningRoutes(context),
  };
}
