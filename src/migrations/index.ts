import * as migration_20261121_040217_initial from './20261121_040217_initial';

export const migrations = [
  {
    up: migration_20261121_040217_initial.up,
    down: migration_20261121_040217_initial.down,
    name: '20261121_040217_initial'
  },
];
