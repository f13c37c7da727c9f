import * as migration_20261121_041555_initial from './20261121_041555_initial';

export const migrations = [
  {
    up: migration_20261121_041555_initial.up,
    down: migration_20261121_041555_initial.down,
    name: '20261121_041555_initial'
  },
];
