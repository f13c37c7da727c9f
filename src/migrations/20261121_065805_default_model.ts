import { MigrateUpArgs, MigrateDownArgs, sql } from '@payloadcms/db-sqlite'

export async function up({ db, payload, req }: MigrateUpArgs): Promise<void> {
  await db.run(sql`ALTER TABLE \`ai_configs\` ADD \`chosen_at\` text;`)
  await db.run(sql`ALTER TABLE \`ai_configs\` DROP COLUMN \`is_default\`;`)
}

export async function down({ db, payload, req }: MigrateDownArgs): Promise<void> {
  await db.run(sql`ALTER TABLE \`ai_configs\` ADD \`is_default\` integer DEFAULT false;`)
  await db.run(sql`ALTER TABLE \`ai_configs\` DROP COLUMN \`chosen_at\`;`)
}
