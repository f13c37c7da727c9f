import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`CREATE TABLE \`agents_tools_destinations\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` text NOT NULL,
  	\`id\` text PRIMARY KEY NOT NULL,
  	\`name\` text,
  	\`number\` text,
  	\`when\` text,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`agents_tools\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`agents_tools_destinations_order_idx\` ON \`agents_tools_destinations\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`agents_tools_destinations_parent_id_idx\` ON \`agents_tools_destinations\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`agents_tools\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` text PRIMARY KEY NOT NULL,
  	\`type\` text,
  	\`when\` text,
  	\`provider\` text,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`agents\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`agents_tools_order_idx\` ON \`agents_tools\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`agents_tools_parent_id_idx\` ON \`agents_tools\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`_agents_v_version_tools_destinations\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`name\` text,
  	\`number\` text,
  	\`when\` text,
  	\`_uuid\` text,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`_agents_v_version_tools\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`_agents_v_version_tools_destinations_order_idx\` ON \`_agents_v_version_tools_destinations\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_tools_destinations_parent_id_idx\` ON \`_agents_v_version_tools_destinations\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`_agents_v_version_tools\` (
  	\`_order\` integer NOT NULL,
  	\`_parent_id\` integer NOT NULL,
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`type\` text,
  	\`when\` text,
  	\`provider\` text,
  	\`_uuid\` text,
  	FOREIGN KEY (\`_parent_id\`) REFERENCES \`_agents_v\`(\`id\`) ON UPDATE no action ON DELETE cascade
  );
  `)
  await db.run(sql`CREATE INDEX \`_agents_v_version_tools_order_idx\` ON \`_agents_v_version_tools\` (\`_order\`);`)
  await db.run(sql`CREATE INDEX \`_agents_v_version_tools_parent_id_idx\` ON \`_agents_v_version_tools\` (\`_parent_id\`);`)
  await db.run(sql`CREATE TABLE \`allowed_endpoints\` (
  	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  	\`label\` text NOT NULL,
  	\`address\` text NOT NULL,
  	\`updated_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
  	\`created_at\` text DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL
  );
  `)
  await db.run(sql`CREATE UNIQUE INDEX \`allowed_endpoints_address_idx\` ON \`allowed_endpoints\` (\`address\`);`)
  await db.run(sql`CREATE INDEX \`allowed_endpoints_updated_at_idx\` ON \`allowed_endpoints\` (\`updated_at\`);`)
  await db.run(sql`CREATE INDEX \`allowed_endpoints_created_at_idx\` ON \`allowed_endpoints\` (\`created_at\`);`)
  await db.run(sql`ALTER TABLE \`calls\` ADD \`answered_by\` text;`)
  await db.run(sql`ALTER TABLE \`calls\` ADD \`transferred_to\` text;`)
  await db.run(sql`ALTER TABLE \`calls\` ADD \`tool_calls\` text;`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`DROP TABLE \`agents_tools_destinations\`;`)
  await db.run(sql`DROP TABLE \`agents_tools\`;`)
  await db.run(sql`DROP TABLE \`_agents_v_version_tools_destinations\`;`)
  await db.run(sql`DROP TABLE \`_agents_v_version_tools\`;`)
  await db.run(sql`DROP TABLE \`allowed_endpoints\`;`)
  await db.run(sql`ALTER TABLE \`calls\` DROP COLUMN \`answered_by\`;`)
  await db.run(sql`ALTER TABLE \`calls\` DROP COLUMN \`transferred_to\`;`)
  await db.run(sql`ALTER TABLE \`calls\` DROP COLUMN \`tool_calls\`;`)
}
