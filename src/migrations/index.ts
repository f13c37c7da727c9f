import * as migration_20261121_041555_initial from './20261121_041555_initial';
import * as migration_20261121_075320_keys from './20261121_075320_keys';
import * as migration_20261121_110041_providers from './20261121_110041_providers';

export const migrations = [
  {
    up: migration_20261121_041555_initial.up,
    down: migration_20261121_041555_initial.down,
    name: '20261121_041555_initial',
  },
  {
    up: migration_20261121_075320_keys.up,
    down: migration_20261121_075320_keys.down,
    name: '20261121_075320_keys',
  },
  {
    up: migration_20261121_110041_providers.up,
    down: migration_20261121_110041_providers.down,
    name: '20261121_110041_providers'
  },
];
