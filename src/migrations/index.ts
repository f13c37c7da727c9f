import * as migration_20261121_041555_initial from './20261121_041555_initial';
import * as migration_20261121_063804_keys from './20261121_063804_keys';
import * as migration_20261121_065805_default_model from './20261121_065805_default_model';
import * as migration_20261121_065811 from './20261121_065811';
import * as migration_20261121_070237 from './20261121_070237';
import * as migration_20261121_073723 from './20261121_073723';

export const migrations = [
  {
    up: migration_20261121_041555_initial.up,
    down: migration_20261121_041555_initial.down,
    name: '20261121_041555_initial',
  },
  {
    up: migration_20261121_063804_keys.up,
    down: migration_20261121_063804_keys.down,
    name: '20261121_063804_keys',
  },
  {
    up: migration_20261121_065805_default_model.up,
    down: migration_20261121_065805_default_model.down,
    name: '20261121_065805_default_model',
  },
  {
    up: migration_20261121_065811.up,
    down: migration_20261121_065811.down,
    name: '20261121_065811',
  },
  {
    up: migration_20261121_070237.up,
    down: migration_20261121_070237.down,
    name: '20261121_070237',
  },
  {
    up: migration_20261121_073723.up,
    down: migration_20261121_073723.down,
    name: '20261121_073723'
  },
];
