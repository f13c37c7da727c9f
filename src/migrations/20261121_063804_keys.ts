import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`CREATE TABLE \`alerts\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant_id\` integer,
  	\`kind\` text NOT NULL,
  	\`severity\` text NOT NULL,
  	\`message\` text NOT NULL,
  	\`fix_url\` text,
  	\`provider\` text,
  	\`credential_id\` text,
  	\`version\` numeric,
  	\`from\` text,
  	\`to\` text,
  	\`raised_at\` text NOT NULL,
  	\`resolved_at\` text,
  	\`acknowledged_at\` text,
  	\`acknowledged_by\` text,
  	\`dedupe_key\` text NOT NULL,
  	\`deliveries\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	FOREIGN KEY (\`tenant_id\`) REFERENCES \`tenants\`(\`id\`) ON UPDATE no action ON DELETE set null
  );
  `)
  await db.run(sql`CREATE INDEX \`alerts_tenant_idx\` ON \`alerts\` (\`tenant_id\`);`)
  await db.run(sql`CREATE INDEX \`alerts_kind_idx\` ON \`alerts\` (\`kind\`);`)
  await db.run(sql`CREATE INDEX \`alerts_severity_idx\` ON \`alerts\` (\`severity\`);`)
  await db.run(sql`CREATE INDEX \`alerts_provider_idx\` ON \`alerts\` (\`provider\`);`)
  await db.run(sql`CREATE INDEX \`alerts_credential_id_idx\` ON \`alerts\` (\`credential_id\`);`)
  await db.run(sql`CREATE INDEX \`alerts_raised_at_idx\` ON \`alerts\` (\`raised_at\`);`)
  await db.run(sql`CREATE INDEX \`alerts_resolved_at_idx\` ON \`alerts\` (\`resolved_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`alerts_dedupe_key_idx\` ON \`alerts\` (\`dedupe_key\`);`)
  await db.run(sql`CREATE INDEX \`alerts_updated_at_idx\` ON \`alerts\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`alerts_created_at_idx\` ON \`alerts\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`audit_heads\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`sequence\` numeric NOT NULL,
  	\`hash\` text NOT NULL,
  	\`seal\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`audit_heads_tenant_idx\` ON \`audit_heads\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`audit_heads_updated_at_idx\` ON \`audit_heads\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`audit_heads_created_at_idx\` ON \`audit_heads\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`alert_settings\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`email_owners\` integer DEFAULT true,
  	\`webhook_url\` text,
  	\`webhook_secret_version\` numeric,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`alert_settings_tenant_idx\` ON \`alert_settings\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`alert_settings_updated_at_idx\` ON \`alert_settings\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`alert_settings_created_at_idx\` ON \`alert_settings\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`key_usage\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`provider\` text NOT NULL,
  	\`credential_id\` text NOT NULL,
  	\`day\` text NOT NULL,
  	\`purpose\` text NOT NULL,
  	\`outcome\` text NOT NULL,
  	\`count\` numeric NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`key_usage_tenant_idx\` ON \`key_usage\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`key_usage_updated_at_idx\` ON \`key_usage\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`key_usage_created_at_idx\` ON \`key_usage\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`credentialId_day_purpose_outcome_idx\` ON \`key_usage\` (\`credential_id\`,\`day\`,\`purpose\`,\`outcome\`);`)
  await db.run(sql`CREATE TABLE \`ai_configs\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`provider\` text NOT NULL,
  	\`model_name\` text,
  	\`temperature\` numeric,
  	\`max_tokens\` numeric,
  	\`is_default\` integer DEFAULT false,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE INDEX \`ai_configs_tenant_idx\` ON \`ai_configs\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`ai_configs_updated_at_idx\` ON \`ai_configs\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`ai_configs_created_at_idx\` ON \`ai_configs\` (\`created_at\`);`)
  await db.run(sql`CREATE UNIQUE INDEX \`tenant_provider_1_idx\` ON \`ai_configs\` (\`tenant\`,\`provider\`);`)
  await db.run(sql`CREATE TABLE \`vault_rotations\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`key_id\` text NOT NULL,
  	\`state\` text NOT NULL,
  	\`started_at\` text NOT NULL,
  	\`finished_at\` text,
  	\`counts\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`vault_rotations_key_id_idx\` ON \`vault_rotations\` (\`key_id\`);`)
  await db.run(sql`CREATE INDEX \`vault_rotations_updated_at_idx\` ON \`vault_rotations\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_rotations_created_at_idx\` ON \`vault_rotations\` (\`created_at\`);`)
  await db.run(sql`CREATE TABLE \`vault_nodes\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`node_id\` text NOT NULL,
  	\`current_key_id\` text NOT NULL,
  	\`key_ids\` text NOT NULL,
  	\`seen_at\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`vault_nodes_node_id_idx\` ON \`vault_nodes\` (\`node_id\`);`)
  await db.run(sql`CREATE INDEX \`vault_nodes_seen_at_idx\` ON \`vault_nodes\` (\`seen_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_nodes_updated_at_idx\` ON \`vault_nodes\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`vault_nodes_created_at_idx\` ON \`vault_nodes\` (\`created_at\`);`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`owner_expires_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`last_succeeded_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`last_failed_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`last_failure_kind\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`next_probe_at\` text;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`probe_failures\` numeric;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` ADD \`balance_samples\` text;`)
  await db.run(sql`CREATE INDEX \`provider_keys_next_probe_at_idx\` ON \`provider_keys\` (\`next_probe_at\`);`)
  await db.run(sql`ALTER TABLE \`usage\` ADD \`credential_id\` text;`)
  await db.run(sql`CREATE INDEX \`usage_credential_id_idx\` ON \`usage\` (\`credential_id\`);`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`provider\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`credential_id\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`version\` numeric;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`purpose\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`sequence\` numeric;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`at\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`previous_hash\` text;`)
  await db.run(sql`ALTER TABLE \`audit_log\` ADD \`hash\` text;`)
  await db.run(sql`CREATE INDEX \`audit_log_provider_idx\` ON \`audit_log\` (\`provider\`);`)
  await db.run(sql`CREATE INDEX \`audit_log_credential_id_idx\` ON \`audit_log\` (\`credential_id\`);`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`DROP TABLE \`alerts\`;`)
  await db.run(sql`DROP TABLE \`audit_heads\`;`)
  await db.run(sql`DROP TABLE \`alert_settings\`;`)
  await db.run(sql`DROP TABLE \`key_usage\`;`)
  await db.run(sql`DROP TABLE \`ai_configs\`;`)
  await db.run(sql`DROP TABLE \`vault_rotations\`;`)
  await db.run(sql`DROP TABLE \`vault_nodes\`;`)
  await db.run(sql`DROP INDEX \`provider_keys_next_probe_at_idx\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`owner_expires_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`last_succeeded_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`last_failed_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`last_failure_kind\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`next_probe_at\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`probe_failures\`;`)
  await db.run(sql`ALTER TABLE \`provider_keys\` DROP COLUMN \`balance_samples\`;`)
  await db.run(sql`DROP INDEX \`usage_credential_id_idx\`;`)
  await db.run(sql`ALTER TABLE \`usage\` DROP COLUMN \`credential_id\`;`)
  await db.run(sql`DROP INDEX \`audit_log_provider_idx\`;`)
  await db.run(sql`DROP INDEX \`audit_log_credential_id_idx\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`provider\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`credential_id\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`version\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`purpose\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`sequence\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`at\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`previous_hash\`;`)
  await db.run(sql`ALTER TABLE \`audit_log\` DROP COLUMN \`hash\`;`)
}
