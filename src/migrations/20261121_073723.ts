import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`CREATE TABLE \`alert_channels\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`email_owners\` integer DEFAULT true,
  	\`webhook_url\` text,
  	\`webhook_secret_version\` numeric,
  	\`webhook_failing_since\` text,
  	\`webhook_disabled_at\` text,
  	\`email_not_before\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`alert_channels_tenant_idx\` ON \`alert_channels\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`alert_channels_updated_at_idx\` ON \`alert_channels\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`alert_channels_created_at_idx\` ON \`alert_channels\` (\`created_at\`);`)
  await db.run(sql`DROP TABLE \`alert_settings\`;`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`CREATE TABLE \`alert_settings\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`tenant\` text NOT NULL,
  	\`email_owners\` integer DEFAULT true,
  	\`webhook_url\` text,
  	\`webhook_secret_version\` numeric,
  	\`webhook_failing_since\` text,
  	\`webhook_disabled_at\` text,
  	\`email_not_before\` text,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`alert_settings_tenant_idx\` ON \`alert_settings\` (\`tenant\`);`)
  await db.run(sql`CREATE INDEX \`alert_settings_updated_at_idx\` ON \`alert_settings\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`alert_settings_created_at_idx\` ON \`alert_settings\` (\`created_at\`);`)
  await db.run(sql`DROP TABLE \`alert_channels\`;`)
}
