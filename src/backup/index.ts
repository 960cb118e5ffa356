export {type Inventory, inventoryOf} from './inventory.ts';
export {
  type CheckedBackup,
  checkBackup,
  finishRestore,
  type Restored,
  restore,
  restoreLeft,
} from './restoring/restore.ts';
export {isNothing, planRestore, type RestorePlan} from './restoring/restore-plan.ts';
export {type OutputFile, openOutput} from './saving/output-file.ts';
export {type LeftOut, type Saved, save} from './saving/save.ts';
